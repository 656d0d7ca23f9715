// The JDK's own HTTPS server: `default` as it came until 2025, `weak` with everything that
// JSSE still knows.
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.FileInputStream;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.security.Security;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

public class HttpsServerMain {
    public static void main(String[] arguments) throws Exception {
        boolean weak = arguments[0].equals("weak");
        int port = Integer.parseInt(arguments[1]);
        if (weak) {
            // Read once, when JSSE is loaded: this has to come before everything else.
            Security.setProperty("jdk.tls.disabledAlgorithms", "");
            Security.setProperty("jdk.tls.legacyAlgorithms", "");
            Security.setProperty("jdk.certpath.disabledAlgorithms", "");
        } else {
            // Later updates of the JDK forbid TLS_RSA_*; one truth has to do for all of them.
            String name = "jdk.tls.disabledAlgorithms";
            String disabled = Security.getProperty(name).replaceAll(",\\s*TLS_RSA_\\*", "");
            Security.setProperty(name, disabled);
        }
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(arguments[2])) {
            store.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);

        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", port), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters chosen = context.getDefaultSSLParameters();
                if (weak) {
                    chosen = context.getSupportedSSLParameters();
                }
                parameters.setSSLParameters(chosen);
            }
        });
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
    }
}
