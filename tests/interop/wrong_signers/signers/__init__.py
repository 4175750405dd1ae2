"""Wrong signers: a generator of examination cases for a diagnosis of signed and encrypted messages."""
