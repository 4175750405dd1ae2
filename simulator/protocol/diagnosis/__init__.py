"""Why a signature does not verify or a cipher text does not decrypt: the mistakes of signers, composed and searched."""
