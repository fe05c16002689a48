"""Bounds and identities of the papers: operator norms, forgetting, Newton–Schulz, frozen layers, Nexus, Rényi ranks.

One concept a file, in the notation of its claim in ``theory/theorems``; what must be trusted is in ``theory/exact``.
"""
