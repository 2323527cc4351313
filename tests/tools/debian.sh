# shellcheck shell=bash
# Debian's packages without installing them. Sourced by the scripts beside it.
#
#   download_debs SUITE ARCHITECTURE FOLDER PACKAGE...     the packages' files into FOLDER
#
# They come from wherever this machine's own apt sources point, with the suite's name replaced; apt's own lists, cache,
# sources and hooks are neither used nor changed. Works on Debian bookworm and trixie, as any user.

# The machine's sources with their suite renamed to $1, one file each, into the folder $2. Files that do not name the
# machine's suite (other vendors' repositories) are left out.
copy_sources() {
    local codename source
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:?no Debian release}")
    local names="($codename|$1|stable|oldstable)"
    for source in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        if [ -f "$source" ] && grep -Eq "^[^#]*[[:space:]]$names\b" "$source"; then
            sed -E "/^[[:space:]]*#/d; s/([[:space:]])$names\b/\1$1/g" "$source" > "$2/$(basename "$source")"
        fi
    done
    if ! ls "$2"/* > /dev/null 2>&1; then
        echo "No apt source of this machine names $codename." >&2
        return 1
    fi
}

# An apt configuration for the architecture $1 with directories of its own under $2. The system's is read before it, for
# proxies and the like; hooks that clean the system's cache after an update are taken out.
write_configuration() {
    mkdir -p "$2/sources" "$2/empty" "$2/state/lists/partial" "$2/cache/archives/partial"
    : > "$2/status"
    # One-line sources are read from sources.list or *.list in the parts folder.
    [ ! -f "$2/sources/sources.list" ] || mv "$2/sources/sources.list" "$2/sources/main.list"
    cat > "$2/apt.conf" <<CONF
#clear APT::Update;
#clear DPkg;
APT::Architecture "$1";
APT::Architectures { "$1"; };
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$2/sources";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$2/empty";
Dir::State "$2/state";
Dir::State::status "$2/status";
Dir::Cache "$2/cache";
APT::Sandbox::User "$(id -un)";
CONF
}

download_debs() {
    local suite=$1 architecture=$2 folder=$3 work
    shift 3
    work=$(mktemp -d)
    mkdir -p "$work/sources" "$folder"
    copy_sources "$suite" "$work/sources"
    write_configuration "$architecture" "$work"
    apt-get -c "$work/apt.conf" -qq update || echo "Some lists of $suite could not be fetched; going on without." >&2
    (cd "$folder" && apt-get -c "$work/apt.conf" -qq download "$@")
    rm -rf "$work"
}
