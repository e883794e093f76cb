#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>

#include "base/log.h"

namespace patrol::net {
namespace {

namespace asio = boost::asio;

using Context = std::shared_ptr<asio::ssl::context>;

// Of TLS 1.2; those of TLS 1.3 are all sound.
constexpr const char* ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr std::array<unsigned char, 9> http11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

Failure unusable(const std::string& what, std::string_view why) {
    return fail(Error{.kind = Error::Kind::invalid,
                      .message = fmt::format("{}: {}.", what, why),
                      .hint = "Both files must be PEM: the certificate with its chain, and its own key.",
                      .field = "--tls-certificate",
                      .code = "tls_files"});
}

// A protocol of another server must not be spoken to this one: who asks for something else is refused.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_bytes, void*) {
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, size, http11.data(), http11.size(), offered, offered_bytes) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

Result<Context> read_files(const TlsFiles& files) {
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    if (SSL_CTX_set_cipher_list(raw, ciphers) != 1 || SSL_CTX_set1_groups_list(raw, groups) != 1)
        return unusable("TLS cannot be set up", "OpenSSL does not know the ciphers");
    boost::system::error_code error;
    context->use_certificate_chain_file(files.certificate.string(), error);
    if (error)
        return unusable("The certificate " + files.certificate.string() + " cannot be used", error.message());
    context->use_private_key_file(files.key.string(), asio::ssl::context::pem, error);
    if (error) return unusable("The key " + files.key.string() + " cannot be used", error.message());
    if (SSL_CTX_check_private_key(raw) != 1) {
        ERR_clear_error();
        return unusable("The key " + files.key.string() + " cannot be used", "it is not the certificate's");
    }
    return context;
}

void warn_of_readers(const std::filesystem::path& key) {
    struct stat about{};
    if (::stat(key.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0)
        log::warn("the TLS key can be read by every user of this machine", {{"file", key.string()}});
}

}  // namespace

TlsContext::Stamp TlsContext::stamp_of(const std::filesystem::path& file) {
    struct stat about{};
    if (::stat(file.c_str(), &about) != 0) return {};
    return {about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec, about.st_ino,
            static_cast<std::uint64_t>(about.st_size)};
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(const TlsFiles& files) {
    auto made = std::unique_ptr<TlsContext>(new TlsContext(files));
    made->seen_ = made->stamps();
    made->context_ = TRY(read_files(files));
    warn_of_readers(files.key);
    return made;
}

void TlsContext::refresh() {
    const Stamps now = stamps();
    if (now == seen_) return;
    seen_ = now;
    auto read = read_files(files_);
    if (!read) {
        log::warn("the new TLS certificate is not used, the old one goes on",
                  {{"why", describe(read.error())}});
        return;
    }
    context_ = std::move(*read);
    log::info("new TLS certificate", {{"file", files_.certificate.string()}});
    warn_of_readers(files_.key);
}

}  // namespace patrol::net
