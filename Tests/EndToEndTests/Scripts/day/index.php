<?php
// A small site as WordPress is built: one script behind all addresses, a login by cookie, news, uploads, a stream.
// Its data is shared by all pools: sessions, what was said, and the FIFO whose lines are events.
session_start();
$data = $_SERVER["DATA"];
$user = $_SESSION["user"] ?? null;
$posted = $_SERVER["REQUEST_METHOD"] === "POST";

function go(string $path): never
{
    header("Location: $path", true, 303);
    exit;
}

function page(string $title, string $content): never
{
    global $user;
    $who = $user === null ? "nobody" : htmlspecialchars($user);
    $pool = getenv("POOL");
    header("Content-Type: text/html; charset=utf-8");
    echo <<<HTML
        <!DOCTYPE html>
        <html lang="en">
        <title>$title</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/static/day.css">
        <h1>$title</h1>
        <main>$content</main>
        <footer>PHP, <b id="user">$who</b> at <b id="member">$pool</b></footer>
        </html>
        HTML;
    exit;
}

$path = parse_url($_SERVER["REQUEST_URI"], PHP_URL_PATH);
if ($path === "/login") {
    if ($posted && $_POST["password"] === "tea") {
        session_regenerate_id(true);
        $_SESSION["user"] = $_POST["user"];
        go("/chat");
    }
    page("Log in", '<form method="post"><input name="user" placeholder="user">'
        . '<input name="password" type="password" placeholder="password"><button>Log in</button></form>');
}
if ($user === null) go("/login");
switch ($path) {
case "/chat":
    if ($posted) {
        file_put_contents("$data/chat", "$user: " . $_POST["text"] . "\n", FILE_APPEND | LOCK_EX);
        go("/chat");
    }
    $said = array_map("htmlspecialchars", @file("$data/chat", FILE_IGNORE_NEW_LINES) ?: []);
    page("Chat", "<ul>" . implode(array_map(fn($line) => "<li>$line</li>", $said)) . "</ul>"
        . '<form method="post"><input name="text" placeholder="say something"><button>Say it</button></form>');
case "/events":
    page("Events", '<ul></ul><script src="/static/day.js"></script>');
case "/stream":
    // Else the session's other requests wait for the stream's end.
    session_write_close();
    header("Content-Type: text/event-stream");
    header("Cache-Control: no-store");
    $lines = fopen("$data/events", "r");
    while (($line = fgets($lines)) !== false) {
        echo "data: $line\n";
        flush();
        if ($line === "end\n") break;
    }
    exit;
case "/upload":
    if (!$posted) {
        page("Upload", '<form method="post" enctype="multipart/form-data"><input name="file" type="file">'
            . '<button>Upload</button></form>');
    }
    $file = $_FILES["file"];
    $name = htmlspecialchars($file["name"]);
    page("Uploaded", "<p><b id=\"name\">$name</b>, <b id=\"bytes\">" . filesize($file["tmp_name"]) . "</b> bytes</p>");
}
http_response_code(404);
page("Nothing here", "<p>There is no such page.</p>");
