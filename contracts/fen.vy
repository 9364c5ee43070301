# pragma version 0.4.3
"""
@title Sharing whole fen
@license Apache-2.0
@notice Floors by weight, then the spare fen one each from the first with a weight above zero: the
parts always sum to the whole.
"""

BEARERS: constant(uint256) = 50


@internal
@pure
def _share(amount: uint256, weights: DynArray[uint256, BEARERS]) -> DynArray[uint256, BEARERS]:
    """Share an amount; where all weights are zero nobody gets anything."""
    total: uint256 = 0
    for weight: uint256 in weights:
        total += weight
    parts: DynArray[uint256, BEARERS] = []
    if total == 0:
        for weight: uint256 in weights:
            parts.append(0)
        return parts
    spare: uint256 = amount
    for weight: uint256 in weights:
        part: uint256 = amount * weight // total
        parts.append(part)
        spare -= part
    for place: uint256 in range(BEARERS):
        if spare == 0 or place >= len(parts):
            break
        if weights[place] > 0:
            parts[place] += 1
            spare -= 1
    return parts
