"""The shape of behaviour and state: step, shard, profile, the order table."""
