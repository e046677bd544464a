#!/usr/bin/env bash
# Tests a system in a build: installs the suite from its checkout, looks whether a run is possible, and runs.
# It ends with the exit status of `uec-booking assure`. docs/how-to/ci.md tells of the variables.
set -euo pipefail
suite=${SUITE:-$(dirname "$0")/..}
config=${CONFIG:-conformance/my-system.toml}

python3 -m venv .uec-booking
.uec-booking/bin/pip install --quiet --require-hashes -r "$suite/requirements.lock"
.uec-booking/bin/pip install --quiet --no-build-isolation --no-deps "$suite"

options=(--require-decided "${DECIDED:-1}" --out "${OUT:-reports/out}")
# The first build has no run before, and not everybody has known failures.
if [[ -d ${BASELINE:-baseline} ]]; then options+=(--baseline "${BASELINE:-baseline}"); fi
if [[ -f ${KNOWN:-conformance/known.toml} ]]; then options+=(--expected-failures "${KNOWN:-conformance/known.toml}"); fi

.uec-booking/bin/uec-booking doctor --config "$config"
exec .uec-booking/bin/uec-booking assure --config "$config" "${options[@]}"
