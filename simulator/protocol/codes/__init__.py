"""Our refusal codes, and the pages generated from them."""
