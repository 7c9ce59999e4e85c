#include "core/embed/openai_vectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/http/api_error.h"

namespace quarry {
namespace {

using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "base64 vectors are copied as they are");

Error bad_answer(std::string_view why) {
    return Error(ErrorCode::provider_failed, "the server's answer is not usable as embeddings",
                 "check embed.base_url and embed.model: the server must speak OpenAI's embeddings protocol")
        .because(std::string(why));
}

int base64_digit(char c) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::vector<float> decode_base64_floats(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    std::vector<std::uint8_t> bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const int digit = base64_digit(c);
        if (digit < 0) throw bad_answer("a vector is not base64");
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> held));
        }
    }
    if (bytes.size() % sizeof(float) != 0) throw bad_answer("a base64 vector does not hold whole numbers");
    std::vector<float> values(bytes.size() / sizeof(float));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

std::vector<float> read_vector(const json& item) {
    const auto embedding = item.find("embedding");
    if (embedding != item.end() && embedding->is_string()) {
        return decode_base64_floats(embedding->get_ref<const std::string&>());
    }
    if (embedding == item.end() || !embedding->is_array()) throw bad_answer("an item has no \"embedding\"");
    std::vector<float> values;
    values.reserve(embedding->size());
    for (const json& value : *embedding) {
        if (!value.is_number()) throw bad_answer("a vector holds something that is not a number");
        values.push_back(value.get<float>());
    }
    return values;
}

/// Scales to length 1; zeros stay zeros.
void normalise(std::span<float> row) {
    double squares = 0;
    for (const float value : row) {
        if (!std::isfinite(value)) throw bad_answer("a vector holds a value that is not a finite number");
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    if (squares == 0) return;
    const double scale = 1.0 / std::sqrt(squares);
    for (float& value : row) value = static_cast<float>(static_cast<double>(value) * scale);
}

/// JSON has no NaN, but servers written in Python print it all the same.
bool says_nan(std::string_view body) {
    return body.find("NaN") != std::string_view::npos || body.find("Infinity") != std::string_view::npos;
}

json parse_items(std::string_view body) {
    json parsed = json::parse(body, nullptr, false);
    if (parsed.is_discarded()) {
        if (trim(body).starts_with('{') && says_nan(body)) {
            throw bad_answer("a vector holds a value that is not a finite number");
        }
        const std::string words = server_words(body);
        Error error = bad_answer("it is not JSON");
        if (words.empty()) throw error;
        throw std::move(error).because(fmt::format("it says: {}", words));
    }
    if (!parsed.is_object()) throw bad_answer("it is not a JSON object");
    if (parsed.contains("error") && !parsed["error"].is_null()) {
        throw bad_answer(fmt::format("the server says: {}", server_words(body)));
    }
    const auto data = parsed.find("data");
    if (data == parsed.end() || !data->is_array()) throw bad_answer("it has no \"data\"");
    return std::move(*data);
}

/// The place of an item: its "index", or where it stands when it has none.
std::size_t place_of(const json& item, std::size_t position, std::size_t count) {
    const auto index = item.find("index");
    if (index == item.end()) return position;
    if (!index->is_number_unsigned() || index->get<std::uint64_t>() >= count) {
        throw bad_answer("an item's \"index\" is out of range");
    }
    return index->get<std::size_t>();
}

}  // namespace

OpenAiVectors read_openai_vectors(std::string_view body, std::size_t count, std::size_t dimensions) {
    const json items = parse_items(body);
    if (items.size() != count) {
        throw bad_answer(fmt::format("it has {} vectors for {} texts", items.size(), count));
    }
    OpenAiVectors vectors{dimensions, {}};
    std::vector<bool> seen(count);
    for (std::size_t position = 0; position < count; ++position) {
        if (!items[position].is_object()) throw bad_answer("an item of \"data\" is not an object");
        const std::size_t place = place_of(items[position], position, count);
        if (seen[place]) throw bad_answer(fmt::format("it has two vectors for text {}", place));
        seen[place] = true;
        std::vector<float> row = read_vector(items[position]);
        if (vectors.dimensions == 0) vectors.dimensions = row.size();
        if (row.empty() || row.size() != vectors.dimensions) {
            throw bad_answer(
                fmt::format("a vector has {} dimensions where {} are expected", row.size(), vectors.dimensions));
        }
        normalise(row);
        vectors.values.resize(count * vectors.dimensions);
        std::copy(row.begin(), row.end(), vectors.values.begin() + static_cast<std::ptrdiff_t>(place * row.size()));
    }
    return vectors;
}

}  // namespace quarry
