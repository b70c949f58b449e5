<%@ page contentType="text/html; charset=UTF-8" trimDirectiveWhitespaces="true" buffer="64kb" %>
<%@ page import="java.io.*, java.nio.file.*, java.util.*" %>
<%!
    // The same site as index.php has, for Tomcat. Sessions are each member's own.
    private static String plain(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static void go(HttpServletResponse response, String path) {
        response.setStatus(303);
        response.setHeader("Location", path);
    }
%>
<%
    request.setCharacterEncoding("UTF-8");
    Path data = Path.of(application.getInitParameter("data"));
    String path = request.getServletPath();
    boolean posted = request.getMethod().equals("POST");
    if (path.equals("/login") && posted && "tea".equals(request.getParameter("password"))) {
        request.changeSessionId();
        session.setAttribute("user", request.getParameter("user"));
        go(response, "/chat");
        return;
    }
    String user = (String) session.getAttribute("user");
    if (user == null && !path.equals("/login")) {
        go(response, "/login");
        return;
    }
    String title;
    StringBuilder content = new StringBuilder();
    switch (path) {
    case "/login":
        title = "Log in";
        content.append("<form method=\"post\"><input name=\"user\" placeholder=\"user\"><input name=\"password\"")
            .append(" type=\"password\" placeholder=\"password\"><button>Log in</button></form>");
        break;
    case "/chat":
        Path chat = data.resolve("chat");
        if (posted) {
            String line = user + ": " + request.getParameter("text") + "\n";
            Files.writeString(chat, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            go(response, "/chat");
            return;
        }
        title = "Chat";
        content.append("<ul>");
        List<String> said = Files.exists(chat) ? Files.readAllLines(chat) : List.of();
        for (String line : said) content.append("<li>" + plain(line) + "</li>");
        content.append("</ul><form method=\"post\"><input name=\"text\" placeholder=\"say something\">")
            .append("<button>Say it</button></form>");
        break;
    case "/events":
        title = "Events";
        content.append("<ul></ul><script src=\"/static/day.js\"></script>");
        break;
    case "/stream":
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store");
        try (BufferedReader lines = Files.newBufferedReader(data.resolve("events"))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.print("data: " + line + "\n\n");
                out.flush();
                if (line.equals("end")) break;
            }
        }
        return;
    case "/upload":
        if (posted) {
            Part file = request.getPart("file");
            title = "Uploaded";
            content.append("<p><b id=\"name\">" + plain(file.getSubmittedFileName()) + "</b>, <b id=\"bytes\">"
                + file.getSize() + "</b> bytes</p>");
            file.delete();
        } else {
            title = "Upload";
            content.append("<form method=\"post\" enctype=\"multipart/form-data\"><input name=\"file\" type=\"file\">")
                .append("<button>Upload</button></form>");
        }
        break;
    default:
        response.setStatus(404);
        title = "Nothing here";
        content.append("<p>There is no such page.</p>");
    }
%>
<!DOCTYPE html>
<html lang="en">
<title><%= title %></title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/day.css">
<h1><%= title %></h1>
<main><%= content %></main>
<footer>Tomcat, <b id="user"><%= user == null ? "nobody" : plain(user) %></b> at
<b id="member"><%= application.getInitParameter("member") %></b></footer>
</html>
