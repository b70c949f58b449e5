"""What the templates get beside the farm in rows of other kinds: files, members of FastCGI and AJP, rules, metrics.

By row and product the template's places and what stands there; the farm's and the server's own values are filled in.
"""

# Below /files/ two of the contents that the origin has. Martlet and nginx open a file for each request; with
# open_file_cache nginx does not. Its sendfile is off unless named, and Debian's own configuration names both.
_NGINX_FILES = """
        location /files/ {
            alias @DISK@/;
            sendfile on;
            tcp_nopush on;
            %s
        }"""
FILES = {
    "martlet": {"PATHS": '      /files: { files: "@DISK@" }'},
    "nginx": {"LOCATIONS": _NGINX_FILES % ""},
}
CACHED_FILES = {"LOCATIONS": _NGINX_FILES % "open_file_cache max=1000; open_file_cache_valid 60s;"}

# Below /records/ scripts of load/records.c. Each server says what it says if left alone, and nginx, which says nothing
# then, what Debian's fastcgi_params has.
_NGINX_RECORDS = """
        location /records/ {
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME /srv$fastcgi_script_name;
            %s
        }"""
_APACHE_FASTCGI = "LoadModule proxy_fcgi_module @APACHE_MODULES@/mod_proxy_fcgi.so"
_APACHE_AJP = "LoadModule proxy_ajp_module @APACHE_MODULES@/mod_proxy_ajp.so"



def _martlet_records(*lines):
    return {"PATHS": "      /records: records",
            "BALANCERS": "\n".join(["  records:", *(f"    {line}" for line in lines)])}


# A connection a request, as all three have it unless told otherwise.
_SCRIPTS = "fastcgi: { root: /srv, front: off }"
NEW_FASTCGI = {
    "martlet": _martlet_records(_SCRIPTS, 'members: { script: "fcgi://127.0.0.1:@FASTCGI_PORT@" }'),
    "nginx": {"LOCATIONS": _NGINX_RECORDS % "fastcgi_pass 127.0.0.1:@FASTCGI_PORT@;"},
    "apache2": {"MODULES": _APACHE_FASTCGI,
                "LOCATIONS": "ProxyPass /records/ fcgi://127.0.0.1:@FASTCGI_PORT@/srv/records/"},
}
# The same with connections that are kept.
FASTCGI = {
    "martlet": _martlet_records(
        _SCRIPTS, 'members: { script: { url: "fcgi://127.0.0.1:@FASTCGI_PORT@", ttl: 300s } }'),
    "nginx": {
        "UPSTREAMS": """
    upstream scripts {
        server 127.0.0.1:@FASTCGI_PORT@;
        keepalive 4096;
        keepalive_requests 1000000000;
        keepalive_timeout 300s;
    }""",
        "LOCATIONS": _NGINX_RECORDS % "fastcgi_pass scripts; fastcgi_keep_conn on;"},
    "apache2": {"MODULES": _APACHE_FASTCGI,
                "LOCATIONS": "ProxyPass /records/ fcgi://127.0.0.1:@FASTCGI_PORT@/srv/records/ enablereuse=on"},
}
AJP = {
    "martlet": _martlet_records('members: { servlet: { url: "ajp://127.0.0.1:@AJP_PORT@", ttl: 300s } }'),
    "apache2": {"MODULES": _APACHE_AJP, "LOCATIONS": "ProxyPass /records/ ajp://127.0.0.1:@AJP_PORT@/records/"},
}

# The user of users.htpasswd, whose password is "sesame".
USER = {"Authorization": "Basic YmVuY2g6c2VzYW1l"}
# Ten rules of fields with facts of the exchange in them, a rate that lets all through, and users.
RULED = {
    "RULES": """
users: users.htpasswd
rate-limit: { rate: 1000000/s, burst: 1000000 }
fields:
  request:
    set:
      X-Client: "$client-address:$client-port"
      X-Client-TLS: "$tls-version $tls-cipher"
      X-User: $user
    add: { X-Asked: "$scheme://$host:$port" }
    remove: [X-Debug]
  answer:
    set:
      X-Content-Type-Options: nosniff
      X-Served-By: "$balancer/$member"
      Content-Security-Policy: "default-src 'self' $scheme://$host"
    add: { Cache-Control: no-transform }
    remove: [Server]""",
}

# What watches a node: a line for each request in a file, and metrics.
LOGGED = {"RULES": "log: { access: { format: json, path: access.log } }"}
MEASURED = {"RULES": 'metrics: "127.0.0.1:@METRICS_PORT@"'}
WATCHED = {"RULES": LOGGED["RULES"] + "\n" + MEASURED["RULES"]}

# What keeps a farm up: members that are checked and ejected, limits that nobody reaches, and counters.
GUARDED = {
    "LIMITS": "limits: { connections-per-address: 100000, connection-rate: 1000000/s, stream-rate: 1000000/s }",
    "SITES": "    limits: { request-body: 1GiB, exchanges-per-address: 100000 }",
    "GUARDS": """\
    queue: 10000
    retry-budget: 10%
    retry-on: [502, 503, timeout]
    fail-on-timeout: true
    eject: 30s
    slow-start: 30s
    panic: 30
    check: { use: http, path: /small.bin, interval: 1s }""",
    "MEMBERS": """\
      node1: { url: "http://127.0.0.1:@NODE1@", max: 10000 }
      node2: { url: "http://127.0.0.1:@NODE2@", max: 10000 }""",
    "RULES": MEASURED["RULES"] + "\n" + """\
rate-limit: { rate: 1000000/s, burst: 1000000 }
limits: { request-body-rate: 1KiB, answer-body-rate: 1KiB }""",
}

# What an operator sets who expects floods: nobody innocent comes near it.
LIMITED = {
    "LIMITS": "limits: { connections-per-address: 200, connection-rate: 50/s }",
    "SITES": "    limits: { exchanges-per-address: 50 }",
    "RULES": "rate-limit: { rate: 1000/s, burst: 1000 }",
}


def scraped(balancers=0, members_each=0, sites=0, series=20_000):
    """Martlet with metrics, and with so many balancers and sites beside the farm that get no request."""
    def member(balancer, number):
        return f"m{number}: http://127.2.{balancer}.{number % 250 + 1}:{8000 + number // 250}"

    return {
        "SITES": "\n".join(
            f"  - {{ host: s{site}.test, paths: {{ /: b{site % balancers} }} }}" for site in range(sites)),
        "BALANCERS": "\n".join(
            f"  b{balancer}: {{ members: {{ {', '.join(member(balancer, m) for m in range(members_each))} }} }}"
            for balancer in range(balancers)),
        "RULES": f'metrics: {{ address: "127.0.0.1:@METRICS_PORT@", series: {series} }}',
    }
