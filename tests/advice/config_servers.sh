#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# linger config beside the servers themselves: which lines apache2 -t and nginx -t take and which they refuse, which files they
# include, which sections hold. Nothing is started. Skipped where a server is not installed.
. tests/tap.sh
LINGER=${1:-${LINGER:-build/linger}}
SCRATCH=${SCRATCH:-$(mktemp -d)}
PATH=$PATH:/usr/sbin:/sbin
modules=/usr/lib/apache2/modules

# both WHAT TEXT: linger and the server (a function of that name with the file as argument) agree on taking it.
both() {
    local server=$1 what=${2//$'\n'/ } linger_code server_code
    "write_$server" "$2"
    "$LINGER" config "$conf" --cores 1 >/dev/null 2>"$SCRATCH/linger.err"
    linger_code=$?
    "$server" -t >/dev/null 2>"$SCRATCH/server.err"
    server_code=$?
    if [ $((linger_code == 0)) = $((server_code == 0)) ]; then
        pass "$server: $what: $([ $server_code = 0 ] && echo taken || echo refused) by both"
    else
        fail "$server: $what: linger $linger_code, server $server_code" "$(cat "$SCRATCH/linger.err" "$SCRATCH/server.err")"
    fi
}

# ---- Apache ------------------------------------------------------------------------------------------

apache() { apache2 -d "$SCRATCH/apache2" -f "$conf" "$@"; }
write_apache() {
    conf=$SCRATCH/apache2/httpd.conf
    mkdir -p "$SCRATCH/apache2/conf.d/deep"
    printf 'ServerName x\nDefaultRuntimeDir %s\nPidFile pid\nErrorLog error.log\nListen 127.0.0.1:1\nLoadModule mpm_event_module %s/mod_mpm_event.so
LoadModule alias_module %s/mod_alias.so\nLoadModule authz_core_module %s/mod_authz_core.so\n%s\n' \
        "$SCRATCH" "$modules" "$modules" "$modules" "$1" >"$conf"
}

if command -v apache2 >/dev/null && [ -e "$modules/mod_mpm_event.so" ]; then
    for text in 'KeepAliveTimeout 5min' 'KeepAliveTimeout 1500ms' 'KeepAliveTimeout "7s"' 'KeepAliveTimeout -1' 'KeepAliveTimeout 5x' \
        'KeepAliveTimeout' 'KeepAliveTimeout 5 6' 'keepalive OFF' 'KeepAlive yes' 'AsyncRequestWorkerFactor 1.5' 'AsyncRequestWorkerFactor 0' \
        'MaxClients 3000' 'StartServers 0' 'Include none/*.conf' 'Include none.conf' 'IncludeOptional none/*.conf' '<IfModule x>' '<IfModule x' \
        '</IfModule>' $'<IfModule x>\n</IfDefine>' $'<IfModule x>y\n</IfModule>' $'# a \\\nKeepAlive yes' $'Keep\\\nAlive Off' \
        $'<IfModule none.c>\nKeepAlive yes\n</IfModule>' $'<IfDefine NONE>\nKeepAlive yes\n</IfDefine>' \
        $'Define X 7\nKeepAliveTimeout ${X}' 'KeepAliveTimeout ${NONE}' 'LoadModule mpm_worker_module '$modules/mod_mpm_worker.so; do
        both apache "$text"
    done
    for name in event.c mpm_event_module mod_mpm_event.c mod_alias.c alias_module mod_env.c core.c mod_so.c unixd_module '!mod_alias.c'; do
        both apache "<IfModule $name>"$'\nKeepAlive yes\n</IfModule>'
    done
    for version in '2.4' '>= 2.4' '< 2.4' '~ ^2\.4' '= /^2\.5/' '!~ ^2' '<= 2.4.0' '> 2.3.9'; do
        both apache "<IfVersion $version>"$'\nKeepAlive yes\n</IfVersion>'
    done
    write_apache $'Include conf.d\nInclude conf.d/*.conf\nIncludeOptional conf.d/de*/*'
    touch "$SCRATCH/apache2/conf.d/"{b.conf,a.conf,c.txt} "$SCRATCH/apache2/conf.d/deep/d"
    equal "apache: as many files are read as apache2 -D DUMP_INCLUDES lists" \
        "$("$LINGER" config "$conf" | sed -n '2s/ file.*//p')" "$(apache -t -D DUMP_INCLUDES 2>/dev/null | grep -o '/.*' | sort -u | wc -l)"
else
    skip "apache" "apache2 is not installed"
fi

# ---- nginx ---------------------------------------------------------------------------------------------

# nginx needs its own name for what both() calls.
nginx_server() { nginx -e stderr -c "$conf" -g "pid $SCRATCH/nginx.pid;" "$@"; }
write_nginx_server() {
    conf=$SCRATCH/nginx.conf
    printf 'events {}\nhttp {\n access_log off;\n%s\n}\n' "$1" >"$conf"
}

if command -v nginx >/dev/null; then
    for text in 'keepalive_timeout 1h30m;' 'keepalive_timeout "1h 30m";' 'keepalive_timeout 75 60;' 'keepalive_timeout 0.5s;' \
        'keepalive_timeout 500ms;' 'keepalive_timeout 30m1h;' 'keepalive_timeout 1y;' 'keepalive_timeout 1d;' 'keepalive_timeout "";' \
        'keepalive_timeout a"b;' 'keepalive_timeout "5"6;' $'keepalive_timeout\n5\n;' 'keepalive_timeout 5;# x' 'keepalive_timeout 5#x;' \
        'keepalive_requests 0;' 'keepalive_requests 10k;' 'keepalive_timeout 5; keepalive_timeout 6;' 'keepalive_timeout 5' \
        'keepalive_timeout 5; }' 'server {' ';' '{' 'types { a b; }' 'include none;' 'include none*;' 'map $uri $x { default "a;}"; }' \
        "log_format x 'it''s';" 'log_format x "a;' 'log_format x "${uri} # { \" ";'; do
        both nginx_server "$text"
    done
else
    skip "nginx" "nginx is not installed"
fi
tap_end
