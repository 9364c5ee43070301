from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.credit_file_seen import CreditFileSeen
from ...models.problem import Problem
from ...models.scoring import Scoring
from typing import cast


def _get_kwargs(
    party: str,
    *,
    body: Scoring,
    idempotency_key: str,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/parties/{party}/scores".format(
            party=quote(str(party), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreditFileSeen | Problem | None:
    if response.status_code == 201:
        response_201 = CreditFileSeen.from_dict(response.json())

        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = Problem.from_dict(response.json())

        return response_405

    if response.status_code == 406:
        response_406 = Problem.from_dict(response.json())

        return response_406

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 411:
        response_411 = Problem.from_dict(response.json())

        return response_411

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreditFileSeen | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    party: str,
    *,
    client: AuthenticatedClient,
    body: Scoring,
    idempotency_key: str,
) -> Response[CreditFileSeen | Problem]:
    """Score Party

     Score a party now, from its own sales.

    Args:
        party (str):
        idempotency_key (str):
        body (Scoring): Under which product the file is wanted; the first of the policy where none
            is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreditFileSeen | Problem]
    """

    kwargs = _get_kwargs(
        party=party,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    party: str,
    *,
    client: AuthenticatedClient,
    body: Scoring,
    idempotency_key: str,
) -> CreditFileSeen | Problem | None:
    """Score Party

     Score a party now, from its own sales.

    Args:
        party (str):
        idempotency_key (str):
        body (Scoring): Under which product the file is wanted; the first of the policy where none
            is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreditFileSeen | Problem
    """

    return sync_detailed(
        party=party,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    party: str,
    *,
    client: AuthenticatedClient,
    body: Scoring,
    idempotency_key: str,
) -> Response[CreditFileSeen | Problem]:
    """Score Party

     Score a party now, from its own sales.

    Args:
        party (str):
        idempotency_key (str):
        body (Scoring): Under which product the file is wanted; the first of the policy where none
            is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreditFileSeen | Problem]
    """

    kwargs = _get_kwargs(
        party=party,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    party: str,
    *,
    client: AuthenticatedClient,
    body: Scoring,
    idempotency_key: str,
) -> CreditFileSeen | Problem | None:
    """Score Party

     Score a party now, from its own sales.

    Args:
        party (str):
        idempotency_key (str):
        body (Scoring): Under which product the file is wanted; the first of the policy where none
            is named.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreditFileSeen | Problem
    """

    return (
        await asyncio_detailed(
            party=party,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
