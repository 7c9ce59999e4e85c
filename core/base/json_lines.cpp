#include "core/base/json_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry {

using nlohmann::json;

namespace {

constexpr std::size_t block_bytes = 65'536;
/// How much longer than the longest line a line may be that is skipped.
constexpr std::uint64_t skipped_lines = 100;

[[noreturn]] void reject(std::string reason) {
    throw Error(ErrorCode::failed, std::move(reason),
                R"(each line is an object like {"id": "a1", "title": "…", "text": "…", "metadata": {}})");
}

std::string read_id(const json& object) {
    const auto id = object.find("id");
    if (id == object.end()) reject("it has no \"id\"");
    if (id->is_number_integer()) return id->dump();
    if (!id->is_string()) reject("its \"id\" is neither a string nor an integer");
    if (id->get_ref<const std::string&>().empty()) reject("its \"id\" is empty");
    return id->get<std::string>();
}

}  // namespace

bool LineReader::fill() {
    buffer_.resize(block_bytes);
    at_ = 0;
    stream_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.resize(static_cast<std::size_t>(stream_.gcount()));
    return !buffer_.empty();
}

std::optional<LineReader::Line> LineReader::next() {
    if (at_ == buffer_.size() && !fill()) return std::nullopt;
    Line line{{}, ++number_};
    std::uint64_t bytes = 0;
    for (;;) {
        const std::size_t end = buffer_.find('\n', at_);
        const std::string_view piece =
            std::string_view(buffer_).substr(at_, end == std::string::npos ? std::string::npos : end - at_);
        bytes += piece.size();
        if (bytes / skipped_lines > max_bytes_) {
            throw Error(ErrorCode::failed, fmt::format("line {} does not end", number_), "give a file of lines of text")
                .because(fmt::format("it has more than {} bytes", skipped_lines * max_bytes_));
        }
        line.too_long |= bytes > max_bytes_;
        if (!line.too_long) line.text += piece;
        at_ = end == std::string::npos ? buffer_.size() : end + 1;
        if (end != std::string::npos || !fill()) break;
    }
    if (line.text.ends_with('\r')) line.text.pop_back();
    return line;
}

JsonDocument parse_json_document(std::string_view line) {
    json object = parse_bounded_json(line);
    if (object.is_discarded()) reject(json_problem(line));
    if (!object.is_object()) reject("it is not an object");
    JsonDocument document;
    document.id = read_id(object);
    const auto text = object.find("text");
    if (text == object.end()) reject("it has no \"text\"");
    if (!text->is_string()) reject("its \"text\" is not a string");
    document.text = std::move(text->get_ref<std::string&>());
    if (const auto title = object.find("title"); title != object.end() && !title->is_null()) {
        if (!title->is_string()) reject("its \"title\" is not a string");
        document.title = title->get<std::string>();
    }
    if (const auto metadata = object.find("metadata"); metadata != object.end() && !metadata->is_null()) {
        if (!metadata->is_object()) reject("its \"metadata\" is not an object");
        document.metadata_json = metadata->dump();
    }
    return document;
}

}  // namespace quarry
