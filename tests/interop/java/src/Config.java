import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The vendor block that the simulator issued, read from the file named by LIANTIAO_VENDOR_CONFIG. */
record Config(String base, String orgCodg, String orgName, String region, String partnerId, String partnerSecret,
        String driverToken, Map<String, Object> paths, Envelope.Keys keys) {

    @SuppressWarnings("unchecked")
    static Config read(String file) throws IOException {
        if (file == null || file.isEmpty()) throw new IllegalArgumentException("未设置环境变量 LIANTIAO_VENDOR_CONFIG");
        Map<String, Object> block = Json.object(Files.readString(Path.of(file), StandardCharsets.UTF_8));
        Envelope.Keys keys = new Envelope.Keys(text(block, "appId"), text(block, "appSecret"), text(block, "version"),
                Gm.privateKey(text(block, "institutionPrivateKey")), Gm.publicKey(text(block, "platformPublicKey")));
        return new Config(text(block, "base"), text(block, "orgCodg"), text(block, "orgName"), text(block, "region"),
                text(block, "partnerId"), text(block, "partnerSecret"), text(block, "driverToken"),
                (Map<String, Object>) block.get("paths"), keys);
    }

    String path(String name) {
        if (paths.get(name) instanceof String path) return path.replace("{partnerId}", partnerId);
        throw new IllegalArgumentException("厂商配置的 paths 缺少 " + name);
    }

    private static String text(Map<String, Object> block, String name) {
        if (block.get(name) instanceof String text && !text.isEmpty()) return text;
        throw new IllegalArgumentException("厂商配置缺少 " + name);
    }
}
