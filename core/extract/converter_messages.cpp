#include "core/extract/converter_messages.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

constexpr std::uint64_t message_version = 1;
constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t outcome_document = 0, outcome_error = 1, outcome_no_memory = 2;
/// Of an error: its message, each cause and its hint.
constexpr std::size_t longest_error_text = 1000;
constexpr std::uint64_t most_causes = 20;
constexpr std::size_t longest_short_text = 100'000;

class FieldWriter {
public:
    FieldWriter() { number(message_version); }
    /// Seven bits a byte, the least first; the eighth says that more follow.
    FieldWriter& number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
        bytes_ += static_cast<char>(value);
        return *this;
    }
    FieldWriter& text(std::string_view value) {
        number(value.size());
        bytes_ += value;
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what a FieldWriter wrote, or anybody else: every value is checked.
class FieldReader {
public:
    explicit FieldReader(std::string_view bytes) : bytes_(bytes) { require(number(any_number) == message_version); }

    static void require(bool sound) {
        if (!sound) throw Error(ErrorCode::failed, "the message is invalid");
    }
    [[nodiscard]] std::uint64_t number(std::uint64_t most) {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            require(!bytes_.empty());
            const auto byte = static_cast<unsigned char>(bytes_.front());
            bytes_.remove_prefix(1);
            require(shift < 63 || (shift == 63 && byte <= 1));
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) break;
        }
        require(value <= most);
        return value;
    }
    [[nodiscard]] std::string text() {
        const std::uint64_t size = number(any_number);
        require(size <= bytes_.size());
        std::string value(bytes_.substr(0, size));
        bytes_.remove_prefix(size);
        return value;
    }
    [[nodiscard]] std::string utf8() {
        std::string value = text();
        require(!find_invalid_utf8(value));
        return value;
    }
    void end() const { require(bytes_.empty()); }

private:
    std::string_view bytes_;
};

bool is_boundary(std::string_view text, std::size_t offset) noexcept {
    return offset == text.size() || (static_cast<unsigned char>(text[offset]) & 0xC0U) != 0x80U;
}

std::string error_line(std::string_view text) {
    return one_line(strip_terminal_controls(replace_invalid_utf8(text)), longest_error_text);
}

void write_document(FieldWriter& fields, const document::Document& document) {
    fields.text(document.title).text(document.language).text(document.properties_json);
    fields.number(document.metadata.size());
    for (const auto& [key, value] : document.metadata) fields.text(key).text(value);
    fields.number(document.removed.size());
    for (const auto& [kind, count] : document.removed) fields.text(kind).number(count);
    fields.number(document.warnings.size());
    for (const document::Warning& warning : document.warnings) {
        fields.number(static_cast<std::uint64_t>(warning.kind)).text(warning.reason);
    }
    fields.number(document.page_starts.size());
    std::size_t before = 0;
    for (const std::size_t start : document.page_starts) fields.number(start - std::exchange(before, start));
    fields.number(document.blocks.size());
    before = 0;
    for (const document::Block& block : document.blocks) {
        fields.number(static_cast<std::uint64_t>(block.kind)).number(static_cast<std::uint64_t>(block.level));
        fields.number(block.start - before).number(block.end - block.start).text(block.label);
        before = block.end;
    }
}

document::Block read_block(FieldReader& fields, std::string_view text, std::size_t from) {
    document::Block block;
    block.kind = static_cast<document::BlockKind>(fields.number(static_cast<int>(document::BlockKind::record)));
    block.level = static_cast<int>(fields.number(6));
    FieldReader::require((block.kind == document::BlockKind::heading) == (block.level > 0));
    block.start = from + fields.number(text.size() - from);
    block.end = block.start + fields.number(text.size() - block.start);
    FieldReader::require(block.start < block.end && is_boundary(text, block.start) && is_boundary(text, block.end));
    block.label = fields.utf8();
    return block;
}

document::Document read_document(FieldReader& fields, std::string text) {
    document::Document document;
    FieldReader::require(!find_invalid_utf8(text));
    document.text = std::move(text);
    const std::size_t size = document.text.size();
    document.title = fields.utf8();
    document.language = fields.utf8();
    document.properties_json = fields.utf8();
    FieldReader::require(document.properties_json.empty() || parse_bounded_json(document.properties_json).is_object());
    // Each takes some bytes of the fields, so that there are no more than came.
    for (std::uint64_t count = fields.number(any_number); count > 0; --count) {
        std::string key = fields.utf8();
        document.metadata.emplace_back(std::move(key), fields.utf8());
    }
    for (std::uint64_t count = fields.number(any_number); count > 0; --count) {
        std::string kind = error_line(fields.text());
        document.removed.emplace_back(std::move(kind), fields.number(any_number));
    }
    for (std::uint64_t count = fields.number(any_number); count > 0; --count) {
        const auto kind = static_cast<document::Warning::Kind>(
            fields.number(static_cast<int>(document::Warning::Kind::invalid_bytes)));
        document.warnings.push_back({kind, error_line(fields.text())});
    }
    std::size_t at = 0;
    for (std::uint64_t count = fields.number(any_number); count > 0; --count) {
        at += fields.number(document.page_starts.empty() ? 0 : size - at);
        FieldReader::require(is_boundary(document.text, at));
        document.page_starts.push_back(at);
    }
    at = 0;
    for (std::uint64_t count = fields.number(any_number); count > 0; --count) {
        document.blocks.push_back(read_block(fields, document.text, at));
        at = document.blocks.back().end;
    }
    return document;
}

void write_error(FieldWriter& fields, const Error& error) {
    fields.text(error.message()).text(error.hint()).number(error.causes().size());
    for (const std::string& cause : error.causes()) fields.text(cause);
}

Error read_error(FieldReader& fields) {
    std::string message = error_line(fields.text());
    Error error(ErrorCode::failed, std::move(message), error_line(fields.text()));
    for (std::uint64_t count = fields.number(most_causes); count > 0; --count) {
        error = std::move(error).because(error_line(fields.text()));
    }
    return error;
}

}  // namespace

std::string message_beginning(std::string_view fields, std::string_view text) {
    const MessageHead head{fields.size(), text.size()};
    std::string beginning(reinterpret_cast<const char*>(&head), sizeof head);
    beginning += fields;
    if (message_rest(text).empty()) beginning += text;
    return beginning;
}

std::string_view message_rest(std::string_view text) noexcept {
    return text.size() <= longest_short_text ? std::string_view() : text;
}

std::string encode_request(const ConversionRequest& request) {
    const ExtractLimits& limits = request.limits;
    return FieldWriter()
        .text(request.extractor)
        .text(request.name)
        .number(limits.max_text_bytes)
        .number(limits.max_inflated_bytes)
        .number(limits.max_entries)
        .number(limits.max_ratio)
        .number(limits.max_depth)
        .number(static_cast<std::uint64_t>(limits.max_time.count()))
        .take();
}

ConversionRequest decode_request(std::string_view bytes) {
    FieldReader fields(bytes);
    ConversionRequest request;
    request.extractor = fields.text();
    request.name = fields.text();
    request.limits.max_text_bytes = fields.number(any_number);
    request.limits.max_inflated_bytes = fields.number(any_number);
    request.limits.max_entries = fields.number(any_number);
    request.limits.max_ratio = fields.number(any_number);
    request.limits.max_depth = fields.number(any_number);
    request.limits.max_time = std::chrono::milliseconds(fields.number(any_number >> 1U));
    fields.end();
    return request;
}

std::string encode_answer(const ConversionAnswer& answer) {
    FieldWriter fields;
    fields.number(static_cast<std::uint64_t>(answer.confinement.landlock)).number(answer.confinement.seccomp ? 1 : 0);
    if (answer.document) {
        write_document(fields.number(outcome_document), *answer.document);
    } else if (answer.error) {
        write_error(fields.number(outcome_error), *answer.error);
    } else {
        fields.number(outcome_no_memory);
    }
    return fields.take();
}

std::uint64_t most_answer_fields(std::uint64_t text_bytes) noexcept { return 16'000'000 + 8 * text_bytes; }

ConversionAnswer decode_answer(std::string_view bytes, std::string text) {
    FieldReader fields(bytes);
    ConversionAnswer answer;
    answer.confinement.landlock = static_cast<int>(fields.number(1000));
    answer.confinement.seccomp = fields.number(1) == 1;
    switch (fields.number(outcome_no_memory)) {
        case outcome_document: answer.document = read_document(fields, std::move(text)); break;
        case outcome_error: answer.error = read_error(fields); break;
        default: break;
    }
    fields.end();
    return answer;
}

}  // namespace quarry::extract
