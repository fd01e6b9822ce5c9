"""Users: log-in by password (a bridge never needs it), what a user is told about himself, registering, couriers."""

from typing import Any

from bridge.sandbox.bukalapak.call import Call, Endpoint, Reply
from bridge.sandbox.bukalapak.errors import Refusal
from bridge.sandbox.bukalapak.state import World
from bridge.sandbox.bukalapak.values import Account

PLACES = (("Jawa Barat", "Bogor"), ("Lampung", "Metro"), ("Jawa Timur", "Surabaya"), ("Bali", "Denpasar"))
ADDRESS = ("province", "city", "area", "address", "post_code")
COURIERS = (
    ("JNE REG", False),
    ("JNE YES", True),
    ("TIKI Reg", False),
    ("TIKI ONS", True),
    ("Pos Kilat Khusus", False),
    ("Wahana Tarif Normal", False),
    ("SiCepat REG", False),
    ("SiCepat BEST", True),
)


def open_shop(world: World, name: str | None, *, handed_out: bool) -> Account:
    number = len(world.accounts) + 1
    username = f"lapak{number}"
    while username in world.by_login:
        username += "x"
    province, city = PLACES[number % len(PLACES)]
    address = dict(zip(ADDRESS, (province, city, "Pusat", f"Jl. Contoh No. {number}", "16123"), strict=True))
    account = _account(world, name or f"Lapak {number}", username, f"sandi-{world.word(8)}", address)
    account.handed_out = handed_out
    world.add_account(account)
    return account


def _account(
    world: World, name: str, username: str, password: str, address: dict[str, str] | None, email: str = ""
) -> Account:
    return Account(
        user_id=world.next_id("user"),
        name=name,
        username=username,
        password=password,
        email=email or f"{username}@contoh.example",
        phone="6281200000000",
        token=world.word(20),
        omnikey=world.random.randbytes(16).hex(),
        handed_out=False,
        address=address,
    )


def authenticate(call: Call) -> Reply:
    """The token does not change: no expiry is documented."""
    name, password = call.login
    account = call.world.by_login.get(name.lower())
    if account is None or account.password != password:
        if call.old:
            raise Refusal("Invalid password", {"user_id": "null"})
        raise Refusal("Username atau password tidak valid")
    return {
        "user_id": account.shown_id,
        "user_name": account.name,
        "confirmed": True,
        "token": account.token,
        "email": account.email,
        "omnikey": account.omnikey,
    }


def info(call: Call) -> Reply:
    account = call.account
    user = {
        "name": account.name,
        "email": account.email,
        "phone": account.phone,
        "avatar": f"{call.base}/images/default_avatar/medium/default.jpg",
        "avatar_id": None,
        "bank": {"name": "Bank Republik Contoh", "number": "0000000000"},
    }
    return {"user": user}


def settings(call: Call) -> Reply:
    return {"user": _settings(call)}


def _settings(call: Call) -> dict[str, Any]:
    account = call.account
    address = {name: (account.address or {}).get(name, "") for name in ADDRESS}
    address["postal_code"] = address.pop("post_code")
    row = {
        "id": account.user_id,
        "email": account.email,
        "phone": account.phone,
        "name": account.name,
        "birthday": "1999-12-12",
        "address": address,
    }
    if call.old:
        return row
    avatar = {"avatar": f"{call.base}/images/default_avatar/medium/default.jpg", "avatar_id": None}
    return {**row, **avatar, "seller_term_condition": ""}


def change_settings(call: Call) -> Reply:
    """Name and address; the rest of the settings is not simulated."""
    account = call.account
    if call.place.get("id", account.shown_id) != account.shown_id:
        raise Refusal("Pengguna tidak ditemukan")
    given = {name: call.form.get(f"user[address_attributes][{name}]") for name in ADDRESS}
    account.name = call.form.get("user[name]") or account.name
    if any(value is not None for value in given.values()):
        filled = {name: value for name, value in given.items() if value}
        if len(filled) < len(ADDRESS):
            raise Refusal("Alamat tidak lengkap")
        account.address = filled
    return {"user": _settings(call), "message": "Akun Anda telah diupdate"}


def register(call: Call) -> Reply:
    """A new user. The address may be left out, so that nothing can be sold yet."""
    form = {name: call.form.get(f"user[{name}]", "").strip() for name in ("email", "username", "name", "password")}
    form["email"] = form["email"] or call.form.get("user[email_or_phone]", "").strip()
    faults = [f"{name.capitalize()} tidak boleh kosong" for name, value in form.items() if not value]
    if call.form.get("user[password_confirmation]", "") != form["password"]:
        faults.append("Konfirmasi password tidak cocok")
    faults += [
        f"{name.capitalize()} sudah digunakan"
        for name in ("username", "email")
        if form[name] and form[name].lower() in call.world.by_login
    ]
    if faults:
        nulls = {"user_id": None, "token": None} if call.old else {}
        raise Refusal(" dan ".join(faults), nulls, old=", ".join(faults))
    account = _account(call.world, form["name"], form["username"], form["password"], None, form["email"])
    call.world.add_account(account)
    return {
        "user_id": account.shown_id if call.old else account.user_id,
        "user_name": account.username,
        "confirmed": False,
        "token": account.token,
        "email": account.email,
        "omnikey": account.omnikey,
        "message": None if call.old else "Pendaftaran berhasil, klik link yang dikirimkan ke alamat e-mail kamu",
    }


def couriers(_call: Call) -> Reply:
    rows = [
        {"courier": name, "is_express": express, "is_required": name == "JNE REG", "info": ""}
        for name, express in COURIERS
    ]
    return {"available_couriers": rows}


_LOGIN_KEYS = ("user_name", "confirmed", "email", "omnikey")
_LOGIN_NULLS = {
    "user_id": None,
    "user_name": None,
    "confirmed": False,
    "token": None,
    "email": None,
    "omnikey": None,
}
_USER = Endpoint(settings, {"user": None})
_CHANGE = Endpoint(change_settings, {"user": None}, "form")
CALLS = {
    "authenticate": {"POST": Endpoint(authenticate, _LOGIN_NULLS, open=True, only_2017=_LOGIN_KEYS)},
    "users/info": {"GET": Endpoint(info, {"user": None})},
    "users": {
        "GET": _USER,
        "PATCH": _CHANGE,
        "PUT": _CHANGE,
        "POST": Endpoint(register, {}, "form", open=True, only_2017=_LOGIN_KEYS),
    },
    "users/{id}": {"PATCH": _CHANGE, "PUT": _CHANGE},
    "available_couriers": {"GET": Endpoint(couriers, {"available_couriers": None})},
}
