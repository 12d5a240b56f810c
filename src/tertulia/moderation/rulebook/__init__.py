"""The automatic rules of a brand: their versions and lists, their life from draft to expiry, what they matched and did."""
