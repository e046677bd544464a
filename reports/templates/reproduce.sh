# -- what the requests below are made with; the requests themselves begin further down ------------------------------

work=${KEEP:-$(mktemp -d)}
umask 077
command -v curl >/dev/null || { echo "curl is needed." >&2; exit 2; }

cat > "$work/read.py" <<'PYTHON'
@READING@
PYTHON

python=${PYTHON:-python3}
program() { "$python" -I -S "$work/read.py" "$@"; }
value() { program value "$work/$1${3:-.body}" "$2"; }
text() { program text "$work/$1.body" "$2"; }
changed() { program changed "$work/$1.body" "$2"; }
new_id() {
    local id
    if read -r id 2>/dev/null < /proc/sys/kernel/random/uuid; then echo "$id"; else uuidgen | tr A-Z a-z; fi
}
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
# The value of the last header of that name.
header() (
    shopt -s nocasematch
    found=
    while IFS= read -r line; do
        line=${line%$'\r'}
        if [[ ${line%%:*} == "$2" && $line == *:* ]]; then found=${line#*:}; fi
    done < "$work/$1.head"
    printf '%s' "${found#"${found%%[! ]*}"}"
)
status() {
    local found=000
    [ ! -s "$work/$1.status" ] || read -r found < "$work/$1.status" || :
    echo "$found"
}
sent_id() { cat "$work/$1.id"; }
id_in_location() {
    local found
    found=$(header "$1" Location)
    found=${found%/_history/*}
    found=${found%/}
    echo "${found##*/}"
}
among() { local one=$1 other; shift; for other in "$@"; do [ "$one" = "$other" ] && return; done; return 1; }
give_up() { echo "Could not be tried: $1" >&2; finish 2; }
need() { [ -n "$1" ] || give_up "$2"; }
sent() { cat > "$work/$1.sent.body"; }
# The same without the end of its last line.
sent_text() { printf %s "$(cat)" | sent "$1"; }
# How many of these requests were carried out.
accepted() {
    local one count=0
    for one in "$@"; do case $(status "$one") in 2*) count=$((count + 1)) ;; esac; done
    echo "$count"
}
answered() { [ "$(status "$1")" != 000 ] || give_up "request $1 was not answered ($(cat "$work/$1.error"))."; }
# Whether it was answered in the way it was in the run: carried out, rejected, failed.
as_in_the_run() {
    local now
    now=$(status "$1")
    [ "${now:0:1}" = "${2:0:1}" ] || give_up "request $1 was answered with $now, in the run with $2."
}
finish() {
    if [ -z "${LEAVE_BOOKINGS:-}" ]; then clean_up > /dev/null 2>&1; fi
    [ -n "${KEEP:-}" ] || rm -rf "$work"
    exit "$1"
}

# What curl needs to know of a system: the token, its authority, our certificate. A token serves for minutes.
sign() {
    local LC_ALL=C words=$*
    local file="sign-${words//[^A-Za-z0-9]/_}"
    if [ -n "${TOKENS:-}" ] && [ -s "$TOKENS/$file" ]; then
        echo "$TOKENS/$file"
        return
    fi
    file="$work/$file"
    if [ ! -s "$file" ] || [ "$SECONDS" -gt 240 ]; then
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
    : >> "$work/$number.head"
    : >> "$work/$number.body"
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
