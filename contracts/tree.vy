# pragma version 0.4.3
"""
@title Consistency of two Merkle tree heads
@license Apache-2.0
@notice RFC 9162 section 2.1.4.2 with SHA-256: whether a tree of `new_size` leaves begins with one
of `old_size`.
"""

LEVELS: constant(uint256) = 64


@internal
@pure
def _consistent(
    old_size: uint256,
    old_root: bytes32,
    new_size: uint256,
    new_root: bytes32,
    path: DynArray[bytes32, LEVELS],
) -> bool:
    """Whether the path proves it; sizes are 0 < old < new < 2**64."""
    here: uint256 = old_size - 1
    last: uint256 = new_size - 1
    for _: uint256 in range(LEVELS):
        if here & 1 == 0:
            break
        here = here >> 1
        last = last >> 1
    if len(path) == 0:
        return False
    was: bytes32 = path[0]
    skip: uint256 = 1
    if here == 0:  # The old tree is one complete subtree: its root begins the path unsaid.
        was = old_root
        skip = 0
    now: bytes32 = was
    for sibling: bytes32 in path:
        if skip == 1:
            skip = 0
            continue
        if last == 0:
            return False
        if here & 1 == 1 or here == last:
            was = sha256(concat(b"\x01", sibling, was))
            now = sha256(concat(b"\x01", sibling, now))
            for _: uint256 in range(LEVELS):
                if here & 1 == 1 or here == 0:
                    break
                here = here >> 1
                last = last >> 1
        else:
            now = sha256(concat(b"\x01", now, sibling))
        here = here >> 1
        last = last >> 1
    return last == 0 and was == old_root and now == new_root
