import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** An independent hospital for tests of liantiao: JDK and BouncyCastle only, the driver contract natively. Not a product. */
public final class Vendor {
    private static final int PARALLEL = 32;

    private Vendor() {}

    public static void main(String[] args) throws Exception {
        Config config;
        Fault fault;
        try {
            config = Config.read(System.getenv("LIANTIAO_VENDOR_CONFIG"));
            fault = Fault.named(System.getenv("VENDOR_FAULT"));
        } catch (IllegalArgumentException | java.io.IOException | Json.Wrong error) {
            System.err.println(error.getMessage());
            System.exit(2);
            return;
        }
        Wire wire = new Wire(config, fault);
        Hospital hospital = new Hospital(config);
        Payment payment = new Payment(config, wire, hospital, fault);
        String token = System.getenv("LIANTIAO_DRIVER_TOKEN");
        if (token == null || token.isEmpty()) token = config.driverToken();
        Driver driver = new Driver(token, hospital, payment, new Refunds(config, wire, hospital, payment));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(PARALLEL));
        server.createContext(Driver.PREFIX, driver::exchange);
        server.createContext("/notify/6302", exchange -> Driver.send(exchange, 200, payment.notice(Driver.body(exchange))));
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        String ready = Json.write(Json.of("ready", true, "driver", base, "notify", base + "/notify/6302"));
        System.out.write((ready + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
