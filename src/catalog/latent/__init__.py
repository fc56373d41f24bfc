"""What the latent space means, and how it looks."""
