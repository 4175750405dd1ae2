"""Pure protocol knowledge: envelope, crypto, messages, order table, money, errors. No I/O, no clock, no randomness."""
