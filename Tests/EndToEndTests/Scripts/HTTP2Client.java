import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Java's HttpClient as the client of an edge: one line for each case that went well. */
public class HTTP2Client {
    private static String url;
    private static byte[] pattern;
    private static HttpClient client;

    interface Case {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        url = arguments[0];
        pattern = Files.readAllBytes(Path.of(arguments[2]));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(trusting(arguments[1])).build();
        show("get", HTTP2Client::get);
        show("head", HTTP2Client::head);
        show("parallel", HTTP2Client::parallel);
        show("post", () -> expect(post("some content".getBytes()), "some content".getBytes()));
        show("upload", () -> expect(post(pattern), pattern));
        show("upload_of_unknown_length", HTTP2Client::uploadOfUnknownLength);
        show("download", () -> expect(get("/bytes/" + pattern.length), pattern));
        show("uploads_and_downloads", HTTP2Client::uploadsAndDownloads);
        show("cancel", HTTP2Client::cancel);
        show("crumbs", HTTP2Client::crumbs);
        show("affinity", HTTP2Client::affinity);
        show("gzip", HTTP2Client::gzip);
        show("hints", () -> expect(get("/hints"), "hinted".getBytes()));
        show("expects", HTTP2Client::expects);
        System.exit(0);
    }

    private static void show(String name, Case run) throws Exception {
        run.run();
        System.out.println("ok " + name);
    }

    private static SSLContext trusting(String file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream input = Files.newInputStream(Path.of(file))) {
            store.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(input));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(url + target));
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpResponse<byte[]> get(String target, String... fields) throws Exception {
        HttpRequest.Builder request = request(target);
        return send(fields.length > 0 ? request.headers(fields) : request);
    }

    private static HttpResponse<byte[]> post(byte[] content) throws Exception {
        return send(request("/echo").POST(BodyPublishers.ofByteArray(content)));
    }

    private static void check(boolean holds, String words) {
        if (!holds) throw new AssertionError(words);
    }

    private static void expect(HttpResponse<byte[]> answer, byte[] content) {
        check(answer.statusCode() == 200, "status " + answer.statusCode());
        check(answer.version() == HttpClient.Version.HTTP_2, answer.version().toString());
        check(Arrays.equals(answer.body(), content), answer.body().length + " bytes");
    }

    private static byte[] first(int count) {
        return Arrays.copyOf(pattern, count);
    }

    private static void get() throws Exception {
        expect(get("/bytes/1000"), first(1000));
    }

    private static void head() throws Exception {
        HttpResponse<byte[]> answer = send(request("/bytes/1000").method("HEAD", BodyPublishers.noBody()));
        expect(answer, new byte[0]);
        check(answer.headers().firstValue("content-length").get().equals("1000"), "content-length");
    }

    private static void parallel() throws Exception {
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            answers.add(client.sendAsync(request("/bytes/" + number * 997).build(), BodyHandlers.ofByteArray()));
        }
        for (int number = 0; number < 100; number++) expect(answers.get(number).get(), first(number * 997));
    }

    private static void uploadOfUnknownLength() throws Exception {
        BodyPublisher content = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(pattern));
        expect(send(request("/echo").POST(content)), pattern);
    }

    private static void uploadsAndDownloads() throws Exception {
        byte[] part = first(1_000_000);
        List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            HttpRequest upload = request("/echo").POST(BodyPublishers.ofByteArray(part)).build();
            answers.add(client.sendAsync(upload, BodyHandlers.ofByteArray()));
            answers.add(client.sendAsync(request("/bytes/1000000").build(), BodyHandlers.ofByteArray()));
        }
        for (CompletableFuture<HttpResponse<byte[]>> answer : answers) expect(answer.get(), part);
    }

    private static void cancel() throws Exception {
        HttpResponse<InputStream> answer = client.send(request("/endless").build(), BodyHandlers.ofInputStream());
        try (InputStream content = answer.body()) {
            check(content.read() == 'e', "content");
        }
        for (int number = 0; number < 20; number++) get();
    }

    private static void crumbs() throws Exception {
        String head = new String(get("/fields", "cookie", "a=1", "cookie", "b=2", "cookie", "c=3").body());
        List<String> lines = head.toLowerCase().lines().filter(line -> line.startsWith("cookie:")).toList();
        check(lines.equals(List.of("cookie: a=1; b=2; c=3")), lines.toString());
    }

    private static void affinity() throws Exception {
        HttpResponse<byte[]> first = get("/name");
        String cookie = first.headers().firstValue("set-cookie").get().split(";")[0];
        for (int number = 0; number < 20; number++) expect(get("/name", "cookie", cookie), first.body());
    }

    private static void gzip() throws Exception {
        HttpResponse<byte[]> answer = get("/text/100000", "accept-encoding", "gzip");
        check(answer.headers().firstValue("content-encoding").get().equals("gzip"), "content-encoding");
        byte[] text = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        check(new String(text).equals("<p>compressible text</p>\n".repeat(4000)), text.length + " bytes");
    }

    private static void expects() throws Exception {
        expect(send(request("/echo").expectContinue(true).POST(BodyPublishers.ofByteArray(pattern))), pattern);
    }
}
