// What this site answers at an address; whatever it does not have is refused.

export async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`cannot load ${address}: ${response.status}`);
  return response;
}
