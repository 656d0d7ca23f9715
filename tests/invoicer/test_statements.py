"""Several at once do not lose one another's work."""

import asyncio

import pytest

from invoicer.asgi import House


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_charges_added_at_once_are_all_there(database, request, tmp_path):
    if database == "sqlite":
        url = f"sqlite:///{tmp_path}/invoicer.db"
    else:
        url = request.getfixturevalue("postgres")
    house = House(url)
    api = house.caller()
    invoice = api.json("POST", "/invoice", {"amount": 1}).json["id"]

    async def add(number):
        body = b'{"type": "n", "amount": %d}' % number
        kind = {"content-type": "application/json"}
        return await api.ask("POST", f"/invoice/{invoice}/charge", body, kind)

    async def all_of_them():
        return await asyncio.gather(*(add(number) for number in range(40)))

    answers = house.run(all_of_them())
    assert {answer.status for answer in answers} == {201}
    kept = api("GET", f"/invoice/{invoice}").json["charges"]
    assert sorted(charge["amount"] for charge in kept) == list(range(40))
    house.close()
