#include "relay/parts.h"

#include <doctest/doctest.h>
#include <zstd.h>

#include "crypto/random.h"
#include "worker/fields.h"

namespace patrol::relay {
namespace {

std::string packed(std::string_view bytes, int window_log = 0) {
    std::string out(ZSTD_compressBound(bytes.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    if (window_log > 0) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    }
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    ZSTD_inBuffer from{bytes.data(), bytes.size(), 0};
    // Without its size beforehand, as a stream.
    ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush);
    ZSTD_compressStream2(context, &to, &from, ZSTD_e_end);
    ZSTD_freeCCtx(context);
    out.resize(to.pos);
    return out;
}

std::string one_frame(std::size_t body_bytes) {
    worker::Encoder message;
    message(std::string(body_bytes, 'x'));
    FrameWriter frames;
    REQUIRE(frames.add(worker::Message::put, std::move(message)));
    return frames.pack();
}

}  // namespace

TEST_CASE("frames come out as they went in") {
    FrameWriter frames;
    CHECK(frames.pack().empty());
    const std::string noise = crypto::random_bytes(100'000);
    for (const std::string& text : {std::string("first"), std::string(), noise}) {
        worker::Encoder message;
        message(text);
        REQUIRE(frames.add(worker::Message::put, std::move(message)));
    }
    const auto part = frames.pack();
    CHECK(frames.empty());
    const auto unpacked = unpack_part(part);
    REQUIRE(unpacked);
    FrameReader reader(*unpacked);
    for (const std::string& text : {std::string("first"), std::string(), noise}) {
        const auto frame = reader.next();
        REQUIRE(frame);
        REQUIRE(*frame);
        CHECK((*frame)->kind == worker::Message::put);
        CHECK(worker::decode<std::string>((*frame)->body).value() == text);
    }
    CHECK(!reader.next().value());
    CHECK(unpack_part("").value().empty());
}

TEST_CASE("a part over its size as sent is refused") {
    const auto refused = unpack_part(std::string(part_bytes_max + 1, 'x'));
    REQUIRE(!refused);
    CHECK(refused.error().kind == Error::Kind::too_large);
}

TEST_CASE("an answer may be larger as sent than a part") {
    const std::string noise = crypto::random_bytes(2 * part_bytes_max);
    worker::Encoder message;
    message(noise);
    FrameWriter frames;
    REQUIRE(frames.add(worker::Message::answer, std::move(message)));
    const auto answer = frames.pack();
    CHECK(answer.size() > part_bytes_max);
    CHECK_FALSE(unpack_part(answer));
    CHECK(unpack_part(answer, 3 * part_bytes_max));
}

TEST_CASE("a bomb is stopped, whether it says its size or not") {
    const std::string zeroes(part_unpacked_bytes_max + 1, '\0');
    std::string honest(ZSTD_compressBound(zeroes.size()), '\0');
    honest.resize(ZSTD_compress(honest.data(), honest.size(), zeroes.data(), zeroes.size(), 3));
    for (const auto& bomb : {honest, packed(zeroes)}) {
        CHECK(bomb.size() < 10'000);
        const auto refused = unpack_part(bomb);
        REQUIRE(!refused);
        CHECK(refused.error().code == "part_too_large");
    }
    const std::string most(part_unpacked_bytes_max, '\0');
    CHECK(unpack_part(packed(most)).value().size() == most.size());
}

TEST_CASE("a window that would take too much memory is refused") {
    const std::string text(100'000, 'x');
    CHECK(unpack_part(packed(text, part_window_log_max)));
    const auto refused = unpack_part(packed(text, part_window_log_max + 1));
    REQUIRE(!refused);
    CHECK(refused.error().code == "part_too_large");
}

TEST_CASE("what is not exactly one zstd frame is refused") {
    const auto good = one_frame(1000);
    REQUIRE(unpack_part(good));
    for (std::size_t length = 1; length < good.size(); ++length) {
        const auto cut = unpack_part(good.substr(0, length));
        REQUIRE(!cut);
        CHECK(cut.error().code == "worker_protocol");
    }
    CHECK_FALSE(unpack_part(good + "x"));
    CHECK_FALSE(unpack_part(good + good));
    CHECK_FALSE(unpack_part("no zstd"));
}

TEST_CASE("a frame that is cut short is refused") {
    const auto frames = unpack_part(one_frame(100)).value();
    for (std::size_t length = 1; length < frames.size(); ++length) {
        const auto cut = frames.substr(0, length);
        FrameReader reader(cut);
        CHECK_FALSE(reader.next());
    }
}

TEST_CASE("the largest frame fits into a part, a larger one is not made") {
    const auto largest = unpack_part(one_frame(worker::frame_bytes_max - 4));
    REQUIRE(largest);
    FrameReader reader(*largest);
    CHECK(reader.next().value()->body.size() == worker::frame_bytes_max);
    worker::Encoder message;
    message(std::string(worker::frame_bytes_max - 3, 'x'));
    FrameWriter frames;
    const auto refused = frames.add(worker::Message::put, std::move(message));
    REQUIRE(!refused);
    CHECK(refused.error().kind == Error::Kind::too_large);
}

}  // namespace patrol::relay
