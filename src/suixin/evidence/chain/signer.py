"""Keys of accounts, and transactions signed with them (secp256k1, EIP-155).

A key is drawn by its party and never leaves it; what a chain gets is bytes that are signed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import rlp
from coincurve import PrivateKey, PublicKey
from eth_utils.crypto import keccak
from rlp.exceptions import RLPException

from suixin.data.errors import InputError
from suixin.evidence.chain.port import GAS, Address, ChainFault

SECRET_BYTES: Final = 32
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True, slots=True)
class Signer:
    """An account's key; it shows its address and never its secret.

    >>> signer = Signer(bytes(31) + bytes([1]))
    >>> signer
    Signer(address='0x7e5f4552091a69125d5dfcb7b8c2659029395bdf')
    """

    secret: bytes = field(repr=False)
    address: Address = field(init=False)
    _key: PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SECRET_BYTES or not 0 < int.from_bytes(self.secret) < ORDER:
            raise InputError("SECRET", "The secret is no key.", "Draw 32 random bytes.")
        key = PrivateKey(self.secret)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "address", address_of(key.public_key.format(compressed=False)))

    def sign(self, draft: Draft, *, chain_id: int, nonce: int) -> bytes:
        """A transaction as bytes, for one chain and one turn of the account."""
        to = bytes.fromhex(draft.to[2:]) if draft.to else b""
        fields = [nonce, draft.gas_price, draft.gas, to, 0, draft.data]
        digest = keccak(rlp.encode([*fields, chain_id, 0, 0]))
        made = self._key.sign_recoverable(digest, hasher=None)
        r, s = int.from_bytes(made[:32]), int.from_bytes(made[32:64])
        raw: bytes = rlp.encode([*fields, made[64] + 35 + 2 * chain_id, r, s])
        return raw


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be signed: to whom (None makes a contract) and the data."""

    to: Address | None
    data: bytes
    gas: int = GAS
    gas_price: int = 0


def address_of(public_key: bytes) -> Address:
    """The address of an uncompressed public key (65 bytes, the first 0x04)."""
    return "0x" + keccak(public_key[1:])[12:].hex()


def sender_of(raw: bytes) -> Address:
    """Who signed a transaction; raises `ChainFault` TRANSACTION where nobody can have.

    >>> signer = Signer(bytes(31) + bytes([1]))
    >>> sender_of(signer.sign(Draft(None, b""), chain_id=20200, nonce=0)) == signer.address
    True
    """
    try:
        *fields, v, r, s = rlp.decode(raw)
        chain_id, side = divmod(int.from_bytes(v) - 35, 2)
        digest = keccak(rlp.encode([*fields, chain_id, 0, 0]))
        made = r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes([side])
        key = PublicKey.from_signature_and_message(made, digest, hasher=None)
    except (RLPException, RecursionError, ValueError, TypeError, OverflowError) as fault:
        wrong = "The transaction is not readable, or nobody signed it."
        raise ChainFault("TRANSACTION", wrong, "Sign it with `signer`.") from fault
    return address_of(key.format(compressed=False))


def contract_address(sender: Address, nonce: int) -> Address:
    """Where a contract comes to stand that an account makes in its turn.

    >>> contract_address("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", 0)
    '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d'
    """
    return "0x" + keccak(rlp.encode([bytes.fromhex(sender[2:]), nonce]))[12:].hex()
