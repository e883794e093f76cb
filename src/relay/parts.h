// What a collector uploads: parts, each one zstd frame (RFC 8878) of a sequence of worker frames (length,
// kind, body; worker/codec.h). The answers to its questions come back in the same form. An empty part is a
// sign of life. Unpacking stops at its limits, before anything is believed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "worker/channel.h"

namespace patrol::relay {

inline constexpr std::string_view frames_media_type = "application/vnd.patrol.frames";
inline constexpr std::size_t part_bytes_max = 4 * 1024 * 1024;                   // as sent
inline constexpr std::size_t part_unpacked_bytes_max = 32 * 1024 * 1024 + 1024;  // one frame of any size fits
inline constexpr int part_window_log_max = 23;                                   // 8 MiB

// Frames one after another, until they are packed.
class FrameWriter {
public:
    // Kind::too_large, code "worker_frame_too_large", for a frame that no receiver takes.
    Result<void> add(worker::Message kind, worker::Encoder&& message);
    // Before packing.
    [[nodiscard]] std::size_t size() const { return frames_.size(); }
    [[nodiscard]] bool empty() const { return frames_.empty(); }
    // The part, and starts anew. Empty where there are no frames.
    std::string pack();

private:
    std::string frames_;
};

// What the server answers is as large as the documents that were asked for, so it has another
// `sent_bytes_max`. Kind::too_large, code "part_too_large", beyond a limit; Kind::malformed, code
// "worker_protocol", for what is not exactly one zstd frame.
Result<std::string> unpack_part(std::string_view part, std::size_t sent_bytes_max = part_bytes_max);

// Reads unpacked frames; their bodies point into `frames`.
class FrameReader {
public:
    explicit FrameReader(std::string_view frames) : rest_(frames) {}
    // nullopt at the end. Kind::malformed for a frame that is cut short.
    Result<std::optional<worker::Frame>> next();

private:
    std::string_view rest_;
};

}  // namespace patrol::relay
