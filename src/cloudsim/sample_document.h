// Documents that a shape allows, all members set: for the property tests of writers and readers.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/api_model.h"

namespace patrol::cloudsim::test {

class SampleDocument {
public:
    SampleDocument(const model::Service& service, std::uint64_t seed) : service_(service), engine_(seed) {}

    json::value of(model::ShapeIndex index) { return any(index, Place::body, 0); }

private:
    enum class Place { body, line };  // `line`: a header, path or query, which hold plain text only
    static constexpr int depth_max = 5;

    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
    }

    std::string text(Place place) {
        static const std::vector<std::string> plain{"a", "web-1", "x-y", "Z9"};
        static const std::vector<std::string> awkward{"a",         "<b>&amp;", "\"q\"", "é",
                                                      "two words", "]]>",      "a=b&c", " lead"};
        const auto& list = place == Place::line ? plain : awkward;
        return list[below(list.size())] + std::to_string(below(1000));
    }

    static Place place_of(const model::Member& member) {
        bool in_body =
            member.location == model::Location::body || member.location == model::Location::payload;
        return in_body && !member.xml_attribute ? Place::body : Place::line;
    }

    json::value structure(const model::Shape& shape, int depth) {
        json::object out;
        for (const auto& member : shape.members) {
            if (member.location == model::Location::status) {
                out[member.name] = 200;
                continue;
            }
            auto value = any(member.shape, place_of(member), depth + 1);
            if (!value.is_null()) out[member.name] = std::move(value);
        }
        return out;
    }

    json::value any(model::ShapeIndex index, Place place, int depth) {
        if (index == model::no_shape || depth > depth_max) return nullptr;
        const auto& shape = service_.shape(index);
        using model::ShapeKind;
        switch (shape.kind) {
            case ShapeKind::structure:
                return structure(shape, depth);
            case ShapeKind::list: {
                json::array out;
                for (std::size_t i = 0; i <= below(2); ++i)
                    if (auto item = any(shape.element, place, depth + 1); !item.is_null())
                        out.push_back(std::move(item));
                return out.empty() ? json::value(nullptr) : json::value(std::move(out));
            }
            case ShapeKind::map: {
                json::object out;
                for (std::size_t i = 0; i <= below(2); ++i)
                    if (auto item = any(shape.element, place, depth + 1); !item.is_null())
                        out[text(Place::line)] = std::move(item);
                return out.empty() ? json::value(nullptr) : json::value(std::move(out));
            }
            case ShapeKind::integer:
                return static_cast<std::int64_t>(below(100'000));
            case ShapeKind::number:
                return below(2) == 0 ? json::value(static_cast<std::int64_t>(below(9'999)))
                                     : json::value(0.5);
            case ShapeKind::boolean:
                return below(2) == 0;
            case ShapeKind::timestamp:
                return "2026-03-01T08:00:07Z";
            case ShapeKind::blob:
                return "aGVsbG8=";
            case ShapeKind::document:
                return json::object{{"any", 1}};
            case ShapeKind::string:
                return json::value(text(place));
        }
        return nullptr;
    }

    const model::Service& service_;
    std::mt19937_64 engine_;
};

// Every operation of every service of a catalogue.
inline void each_operation(const model::ApiModel& api,
                           const std::function<void(const model::Service&, const model::Operation&)>& visit) {
    for (const auto& [id, service] : api.services)
        for (const auto& [name, operation] : service.operations) visit(service, operation);
}

}  // namespace patrol::cloudsim::test
