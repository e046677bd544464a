# -- what the requests below are made with; the requests themselves begin further down ------------------------------

work=${KEEP:-$(mktemp -d)}
umask 077
command -v curl >/dev/null || { echo "curl is needed." >&2; exit 2; }

cat > "$work/read.py" <<'PYTHON'
import json, sys


def body(file):
    try:
        return json.load(open(file, encoding="utf-8"))
    except (OSError, ValueError):
        return None


def walk(value, path, found, parents):
    """Lists stand for their members; a resource within another is named by its type: contained(Patient).name."""
    if isinstance(value, list):
        for inner in value:
            walk(inner, path, found, parents)
    elif isinstance(value, dict):
        kind = value.get("resourceType")
        if path and isinstance(kind, str) and kind.isalnum():
            path = f"{path}({kind})"
        parents.setdefault(path, []).append(value)
        if path:
            found.setdefault(path, []).append("{}")
        for key, inner in value.items():
            walk(inner, f"{path}.{key}" if path else key, found, parents)
    else:
        found.setdefault(path, []).append(json.dumps(value))


def value(file, path):
    """Each value at a path as JSON, and "missing" for each element that has none."""
    found, parents = {}, {}
    resource = body(file)
    if resource is None:
        return "not JSON"
    walk(resource, "", found, parents)
    above, _, name = path.rpartition(".")
    lacking = [one for one in parents.get(above, []) if name.partition("(")[0] not in one]
    return "\n".join(found.get(path, []) + ["missing"] * len(lacking)) or "missing"


def text(file, path):
    """The text at one place: contained[1].id."""
    found = body(file)
    for name in path.replace("]", "").replace("[", ".").split("."):
        if isinstance(found, list):
            found = found[int(name)] if name.isdigit() and int(name) < len(found) else None
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def slot(file, rank, path):
    """A field of the first, second … free slot of a search."""
    entries = (body(file) or {}).get("entry") or []
    slots = [one.get("resource") or {} for one in entries]
    free = [one for one in slots if (one.get("resourceType"), one.get("status")) == ("Slot", "free")]
    found = free[int(rank) - 1] if len(free) >= int(rank) else {}
    for name in path.split("."):
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def next_page(file):
    links = (body(file) or {}).get("link") or []
    return next((one.get("url", "") for one in links if one.get("relation") == "next"), "")


def changed(file, changes):
    """The resource with elements set, or taken out."""
    resource = body(file) or {}
    for path, new in json.loads(changes):
        place = resource
        for name in path[:-1]:
            place = place[name]
        if new is None:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = new
    return json.dumps(resource, ensure_ascii=False)


def read(file, *what):
    """Several at once, a line each: text PATH, slot RANK FIELD, next_page."""
    found = []
    what = list(what)
    while what:
        command = what.pop(0)
        count = {"text": 1, "slot": 2, "next_page": 0}[command]
        arguments, what = what[:count], what[count:]
        found.append(globals()[command](file, *arguments).replace("\n", " "))
    return "\n".join(found) + "\n"


sys.stdout.buffer.write(globals()[sys.argv[1]](*sys.argv[2:]).encode("utf-8"))
PYTHON

python=${PYTHON:-python3}
program() { "$python" -I -S "$work/read.py" "$@"; }
value() { program value "$work/$1${3:-.body}" "$2"; }
text() { program text "$work/$1.body" "$2"; }
changed() { program changed "$work/$1.body" "$2"; }
new_id() { { uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid; } | tr A-Z a-z; }
# So many seconds from now; BSD and GNU differ in how date is told.
moment() {
    local at=$(($(date +%s) + $1))
    printf '%s%s' "$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%S 2>/dev/null || date -u -r "$at" +%Y-%m-%dT%H:%M:%S)" "$2"
}
swapped() { printf %s "$1" | tr 'a-zA-Z' 'A-Za-z'; }
encoded() {
    local LC_ALL=C place character
    for ((place = 0; place < ${#1}; place++)); do
        character=${1:place:1}
        case $character in
            [a-zA-Z0-9.~_-]) printf %s "$character" ;;
            *) printf '%%%02X' "'$character" ;;
        esac
    done
}
header() { tr -d '\r' < "$work/$1.head" | grep -i "^$2:" | tail -n 1 | sed 's/^[^:]*: *//'; }
status() { cat "$work/$1.status"; }
sent_id() { cat "$work/$1.id"; }
id_in_location() { header "$1" Location | sed -E 's|/_history/[^/]*$||; s|/$||; s|.*/||'; }
among() { local one=$1 other; shift; for other in "$@"; do [ "$one" = "$other" ] && return; done; return 1; }
give_up() { echo "Could not be tried: $1" >&2; finish 2; }
need() { [ -n "$1" ] || give_up "$2"; }
sent() { cat > "$work/$1.sent.body"; }
answered() { [ "$(status "$1")" != 000 ] || give_up "request $1 was not answered ($(cat "$work/$1.error"))."; }
# Whether it was answered in the way it was in the run: carried out, rejected, failed.
as_in_the_run() {
    [ "$(status "$1" | cut -c1)" = "${2:0:1}" ] || give_up "request $1 was answered with $(status "$1"), in the run with $2."
}
finish() {
    if [ -z "${LEAVE_BOOKINGS:-}" ]; then clean_up > /dev/null 2>&1; fi
    [ -n "${KEEP:-}" ] || rm -rf "$work"
    exit "$1"
}

# What curl needs to know of a system: the token, its authority, our certificate. A good token serves for minutes.
sign() {
    local file folder=$work
    [ -n "$4" ] || folder=${TOKENS:-$work}
    file="$folder/sign-$(printf '%s' "$*" | tr -c 'A-Za-z0-9' _)"
    if [ -z "$(find "$file" -mmin -4 2>/dev/null)" ]; then
        "$UEC_BOOKING" token "${systems[@]}" --part "$1" "$2" --organisation "$3" --change "$4" --curl > "$file.new" || return 1
        mv "$file.new" "$file"
    fi
    echo "$file"
}

# request NUMBER PART SCOPE ORGANISATION CHANGE METHOD URL, then what else curl is to be told
request() {
    local number=$1 signature
    signature=$(sign "$2" "$3" "$4" "$5") || give_up "uec-booking token made no token."
    curl --silent --max-time 30 --globoff --path-as-is --http1.1 --config "$signature" \
        --request "$6" --dump-header "$work/$number.head" --output "$work/$number.body" --write-out '%{http_code}' \
        "${@:8}" --url "$7" > "$work/$number.status" 2> "$work/$number.error"
    touch "$work/$number.head" "$work/$number.body"
    echo "Request $number: $6 $7 was answered with $(status "$number")."
}

# cancel NUMBER PART ORGANISATION URL, then headers: cancels what request NUMBER booked, where it did.
cancel() {
    local id fhir=application/fhir+json
    local rest=urn:nhs:names:services:careconnect:fhir:rest
    among "$(status "$1")" 200 201 || return
    id=$(id_in_location "$1")
    id=${id:-$(text "$1" id)}
    [ -n "$id" ] || return
    request "$1.read" "$2" patient/appointment.read "$3" "" GET "$4/$id" -H "Accept: $fhir" \
        -H "X-Request-ID: $(new_id)" -H "Ssp-InteractionID: $rest:read:appointment" "${@:5}"
    changed "$1.read" '[[["status"], "cancelled"]]' > "$work/$1.cancel.sent"
    request "$1.cancel" "$2" patient/appointment.write "$3" "" PUT "$4/$id" -H "Accept: $fhir" \
        -H "Content-Type: $fhir;charset=utf-8" -H "If-Match: $(header "$1.read" ETag)" -H "X-Request-ID: $(new_id)" \
        -H "Ssp-InteractionID: $rest:update:appointment" "${@:5}" --data-binary "@$work/$1.cancel.sent"
}
