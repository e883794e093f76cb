// What the server's TLS handshakes are made with: certificate chain and key from two PEM files, TLS 1.2 and
// 1.3 with forward secrecy and authenticated ciphers only. The files are looked at again every
// limits::tls_files_interval; new ones serve the connections that come after them, and open connections go
// on. Files that cannot be used (half written, of another key) change nothing and are logged once. Internal;
// all but load() on the I/O thread.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "net/http_server.h"

namespace patrol::net {

class TlsContext {
public:
    // Kind::invalid, code "tls_files", for files that cannot be used.
    static Result<std::unique_ptr<TlsContext>> load(const TlsFiles& files);

    [[nodiscard]] std::shared_ptr<boost::asio::ssl::context> current() const { return context_; }
    // Reads the files again where they are not the ones that were read last.
    void refresh();

private:
    // Tells one state of a file from another; a link is followed.
    struct Stamp {
        std::int64_t changed_ns = 0;
        std::uint64_t inode = 0, bytes = 0;
        bool operator==(const Stamp&) const = default;
    };
    struct Stamps {
        Stamp certificate, key;
        bool operator==(const Stamps&) const = default;
    };
    static Stamp stamp_of(const std::filesystem::path& file);

    explicit TlsContext(TlsFiles files) : files_(std::move(files)) {}
    [[nodiscard]] Stamps stamps() const { return {stamp_of(files_.certificate), stamp_of(files_.key)}; }

    TlsFiles files_;
    Stamps seen_;
    std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace patrol::net
