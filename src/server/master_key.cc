#include "server/master_key.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "base/log.h"
#include "crypto/hash.h"
#include "store/sealed_values.h"

namespace patrol::server {
namespace {

namespace fs = std::filesystem;
using crypto::MasterKey;

constexpr int passes_max = 10;  // a server at work seals few values while one pass runs

// A previous key opens values and seals none.
MasterKey::Finder key_in(std::string text) {
    auto shared = std::make_shared<const crypto::Secret>(crypto::Secret::take(std::move(text)));
    return [shared](std::string_view id) -> std::optional<MasterKey> {
        auto key = MasterKey::parse(shared->expose());
        if (!key || key->id() != id) return {};
        return std::move(*key);
    };
}

Result<std::string> read_credential(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in) return invalid("--master-key-file", "The credential " + file.string() + " cannot be read.");
    // A key as text ends with a line end; one of bytes may end with any.
    while (text.size() > sizeof(crypto::Key) && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

Result<MasterKey> of_variable(const Configuration& configuration) {
    const auto* text = configuration.taken->find("PATROL_MASTER_KEY");
    if (text == nullptr) return invalid("PATROL_MASTER_KEY", "The variable PATROL_MASTER_KEY is empty.");
    auto key = TRY_DURING("PATROL_MASTER_KEY", MasterKey::parse(text->expose()));
    if (const auto* previous = configuration.taken->find("PATROL_MASTER_KEY_PREVIOUS"))
        key.find_others_with(key_in(std::string(previous->expose())));
    return key;
}

Result<MasterKey> of_credential(const Configuration& configuration) {
    const fs::path& file = configuration.master_key_credential;
    auto text = TRY(read_credential(file));
    auto key = MasterKey::parse(text);
    crypto::wipe(text.data(), text.size());
    if (!key) return fail(std::move(key).error().during(file.string()));
    const fs::path previous = file.string() + "-previous";
    std::error_code ignored;
    if (fs::exists(previous, ignored)) key->find_others_with(key_in(TRY(read_credential(previous))));
    return key;
}

Result<MasterKey> of_file(const Configuration& configuration) {
    auto key = TRY(MasterKey::load_or_create(configuration.master_key_file));
    if (key.origin() == MasterKey::Origin::created)
        log::warn(
            "made a master key: keep a copy apart from the backups, without it no stored secret can be read",
            {{"file", configuration.master_key_file.string()}});
    key.find_others_with(crypto::keys_beside(configuration.master_key_file));
    return key;
}

std::string place_of(const store::SealedColumn& column, const store::SealedRow& row) {
    return crypto::seal_place(row.tenant, column.place_table, row.id, column.place_field);
}

Result<Rewrapped> rewrap(store::SealedValues& values, const store::SealedColumn& column, const MasterKey& key,
                         const MasterKey& next) {
    Rewrapped done;
    for (std::string after;;) {
        auto rows = TRY(values.page(column, after));
        if (rows.empty()) return done;
        after = rows.back().id;
        std::vector<store::SealedValues::Replacement> changed;
        for (auto& row : rows) {
            if (MasterKey::id_of(row.bytes) == next.id()) continue;
            auto bytes = key.rewrap(row.bytes, place_of(column, row), next);
            if (bytes)
                changed.push_back({.before = std::move(row), .bytes = std::move(*bytes)});
            else
                ++done.unreadable;
        }
        done.values += TRY(values.replace(column, changed));
    }
}

// Held while a rotation runs; it goes with the process.
class RotationLock {
public:
    static Result<RotationLock> take(const fs::path& file) {
        RotationLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (lock.file_ >= 0 && ::flock(lock.file_, LOCK_EX | LOCK_NB) == 0) return lock;
        return fail(Error{.kind = Error::Kind::conflict,
                          .message = "The master key cannot be rotated now.",
                          .hint = "Another rotation may be running, or its folder cannot be written to.",
                          .code = "rotation_running"});
    }
    ~RotationLock() {
        if (file_ >= 0) ::close(file_);
    }
    RotationLock(RotationLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    RotationLock& operator=(RotationLock&&) = delete;

private:
    explicit RotationLock(int file) : file_(file) {}
    int file_;
};

// Until a pass finds nothing more to do.
Result<Rewrapped> rewrap_until_done(store::Store& store, const MasterKey& key, const MasterKey& next) {
    Rewrapped all;
    for (int pass = 0; pass < passes_max; ++pass) {
        const auto done = TRY(rewrap_all(store, key, next));
        all.values += done.values;
        all.unreadable = done.unreadable;
        if (done.values == 0) break;
    }
    return all;
}

Failure needs_new_key_file() {
    return invalid(
        "--new-key-file",
        "This master key is in the environment or a systemd credential, which Patrol cannot change.",
        "Name a file for the new key with --new-key-file, and put the key there afterwards: see "
        "docs/operate/keys.md.");
}

}  // namespace

Result<MasterKey> load_master_key(const Configuration& configuration) {
    if (configuration.master_key_from == MasterKeySource::variable) return of_variable(configuration);
    if (configuration.master_key_from == MasterKeySource::credential) return of_credential(configuration);
    std::error_code error;
    fs::create_directories(configuration.data_dir, error);
    if (error)
        return fail(
            Error{.kind = Error::Kind::invalid,
                  .message = "The data folder " + configuration.data_dir.string() + " cannot be made.",
                  .hint = "Choose another one with --data.",
                  .detail = error.message(),
                  .field = "--data"});
    return of_file(configuration);
}

Result<Rewrapped> rewrap_all(store::Store& store, const MasterKey& key, const MasterKey& next) {
    store::SealedValues values(store.database());
    Rewrapped all;
    for (const auto& column : store::sealed_columns()) {
        const auto done = TRY(rewrap(values, column, key, next));
        all.values += done.values;
        all.unreadable += done.unreadable;
    }
    return all;
}

Result<void> finish_rotation(const Configuration& configuration, store::Store& store, const MasterKey& key) {
    std::error_code ignored;
    // A rotation that runs or was killed goes the other way: it is finished by its own command.
    if (configuration.master_key_from == MasterKeySource::file &&
        fs::exists(crypto::next_key_file(configuration.master_key_file), ignored)) {
        log::warn(
            "a rotation of the master key is not finished: run `patrol server rotate-master-key` again");
        return {};
    }
    const auto done = TRY(rewrap_all(store, key, key));
    if (done.values > 0)
        log::info("sealed values went under the present master key",
                  {{"values", std::to_string(done.values)}});
    if (done.unreadable > 0)
        log::error("sealed values cannot be opened with the master key",
                   {{"values", std::to_string(done.unreadable)}, {"key", key.id()}});
    return {};
}

Result<Rotation> rotate_master_key(const Configuration& configuration, const fs::path& new_key_file) {
    const bool in_file = configuration.master_key_from == MasterKeySource::file;
    if (!in_file && new_key_file.empty()) return needs_new_key_file();
    const auto key = TRY(load_master_key(configuration));
    const fs::path& file = configuration.master_key_file;
    const auto lock = TRY(RotationLock::take((in_file ? file : new_key_file).string() + ".rotating"));
    auto store = TRY(store::Store::open({.url = configuration.database_url,
                                         .data_dir = configuration.data_dir,
                                         .cursor_key = std::string(crypto::as_text(key.derive("cursor")))}));
    if (in_file && !new_key_file.empty()) {
        std::error_code error;
        fs::rename(new_key_file, crypto::next_key_file(file), error);
        if (error)
            return invalid("--new-key-file", "The new key's file cannot be moved beside the present one.");
    }
    const auto next = TRY(MasterKey::load_or_create(in_file ? crypto::next_key_file(file) : new_key_file));
    Rotation out{.from = key.id(), .to = next.id(), .rewrapped = TRY(rewrap_until_done(*store, key, next))};
    if (!in_file) return out;
    TRY(crypto::promote_next_key(file, key.id()));
    // What a running server sealed with the old key between the last pass and now.
    const auto present = TRY(load_master_key(configuration));
    const auto late = TRY(rewrap_until_done(*store, present, next));
    out.rewrapped.values += late.values;
    out.old_file = crypto::old_key_file(file, key.id());
    return out;
}

}  // namespace patrol::server
