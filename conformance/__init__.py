"""The examiner: drives a vendor's integration, keeps the evidence and judges it."""
