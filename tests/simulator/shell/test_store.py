"""Two implementations of the port: dictionaries, and bytes that are decoded on each call."""

from __future__ import annotations

from encoded_store import EncodedStore
from store_contract import StoreContract

from simulator.shell.memory_store import MemoryStore


class TestMemoryStore(StoreContract):
    def make(self):
        return MemoryStore()


class TestEncodedStore(StoreContract):
    def make(self):
        return EncodedStore()
