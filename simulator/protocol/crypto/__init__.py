"""SM2, SM3, SM4 and keys: one facade over the libraries."""
