"""The simulator: every party a hospital's mobile-payment integration talks to."""
