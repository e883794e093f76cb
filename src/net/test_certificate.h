// Keys and certificates for tests, made on the spot.
#pragma once

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace patrol::net::testing {

template <auto free_it>
struct Freer {
    void operator()(auto* pointer) const { free_it(pointer); }
};
using TestKey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using TestCertificate = std::unique_ptr<X509, Freer<X509_free>>;

inline TestKey new_key() { return TestKey(EVP_EC_gen("P-256")); }

// For an hour; `serial` tells one from another.
inline TestCertificate self_signed(EVP_PKEY* key, const std::string& alternative_names, long serial = 1) {
    TestCertificate certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("patrol test"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_names.c_str());
    X509_add_ext(certificate.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

// Whole or not at all, as certificate tools do it.
template <class Write>
void write_pem(const std::filesystem::path& file, Write write) {
    const std::string partial = file.string() + ".partial";
    std::FILE* out = std::fopen(partial.c_str(), "w");
    write(out);
    std::fclose(out);
    std::filesystem::rename(partial, file);
}
inline void write_certificate(const std::filesystem::path& file, X509* certificate) {
    write_pem(file, [certificate](std::FILE* out) { PEM_write_X509(out, certificate); });
}
inline void write_key(const std::filesystem::path& file, EVP_PKEY* key) {
    write_pem(file, [key](std::FILE* out) {
        PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace patrol::net::testing
