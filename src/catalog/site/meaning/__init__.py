"""What the page of the latent space says: rows of its tables, and sentences."""
