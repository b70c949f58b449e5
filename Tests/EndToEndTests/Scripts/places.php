<?php
// Tells which place of a site a request's path is read as, by PHP's parser of URLs or, where the variable READING is
// "script", by PHP's own server; see places.py for the answer.

const PLACES = ["admin" => "/admin", "acme" => "/.well-known/acme-challenge", "pub" => "/pub", "inner" => "/inner"];
const SESSION = '~(/[^/;]+)((?:;jsessionid=[A-Za-z0-9._\~!$*+,:=@-]*)+)(?=/|\z)~';

function place_of(string $path): string
{
    $path = preg_replace_callback(
        SESSION, fn($match) => in_array($match[1], ["/.", "/.."]) ? $match[0] : $match[1], $path);
    foreach (PLACES as $name => $prefix) {
        if ($path === $prefix || str_starts_with($path, "$prefix/")) return $name;
    }
    return "root";
}

$path = getenv("READING") === "script"
    ? $_SERVER["SCRIPT_NAME"] : parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH);
if (is_string($path)) {
    header("X-Place: " . place_of(getenv("READING") === "script" ? $path : rawurldecode($path)));
    header("X-Balancer: " . ($_SERVER["HTTP_X_BALANCER_NAME"] ?? ""));
} else {
    http_response_code(400);
}
