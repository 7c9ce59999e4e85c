// Texts in, vectors out, for pipes.
#include "cli/text/embed_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>
#include <fstream>
#include <istream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/ui/output.h"
#include "core/app/embed_service.h"
#include "core/base/bounded_json.h"
#include "core/base/file.h"
#include "core/base/lines.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t longest_line = 1'000'000;  // bytes

struct FilterText {
    nlohmann::json id;  ///< null when there is none.
    std::string text;
};

/// Reads a text a line, or a JSON object a line.
class FilterInput {
    enum class Form { unknown, lines, ndjson };

public:
    FilterInput(std::istream& in, const std::string& input) : in_(in) {
        if (input != "auto") form_ = input == "ndjson" ? Form::ndjson : Form::lines;
    }

    [[nodiscard]] std::optional<FilterText> next() {
        std::string line;
        nlohmann::json parsed;
        do {
            if (!read_line(in_, line, longest_line)) return std::nullopt;
            if (++number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);  // a byte-order mark
            if (line.ends_with('\r')) line.pop_back();
            check(line);
            if (form_ != Form::lines) parsed = parse_object(line);
            if (form_ == Form::unknown) form_ = parsed.is_null() ? Form::lines : Form::ndjson;
        } while (form_ == Form::ndjson && trim(line).empty());
        if (form_ == Form::lines) return FilterText{nullptr, std::move(line)};
        if (parsed.is_null()) {
            throw Error(ErrorCode::failed,
                        fmt::format("line {} of standard input is not JSON with a \"text\"", number_),
                        "each line is {\"text\": \"…\", \"id\": …}; for lines of plain text: --input lines");
        }
        return FilterText{parsed.value("id", nlohmann::json()), parsed["text"].get<std::string>()};
    }

private:
    /// The object with a "text" that the line is; null when it is none.
    static nlohmann::json parse_object(const std::string& line) {
        if (!trim(line).starts_with('{')) return nullptr;
        nlohmann::json parsed = parse_bounded_json(line);
        const bool has_text = parsed.is_object() && parsed.contains("text") && parsed["text"].is_string();
        return has_text ? parsed : nlohmann::json();
    }
    void check(const std::string& line) const {
        if (line.size() > longest_line) {
            throw Error(ErrorCode::failed, fmt::format("line {} of standard input is too long", number_),
                        "split long texts first: quarry chunk")
                .because(fmt::format("the limit is {} bytes", longest_line));
        }
        if (const auto invalid = find_invalid_utf8(line)) {
            throw Error(ErrorCode::failed, fmt::format("line {} of standard input is not UTF-8", number_),
                        "convert it first, for example with iconv -t UTF-8")
                .because(fmt::format("invalid byte {} of the line", *invalid));
        }
    }

    std::istream& in_;
    Form form_ = Form::unknown;  ///< The first line decides.
    std::size_t number_ = 0;
};

class FilterOutput {
public:
    explicit FilterOutput(Output& out) : out_(out) {}
    virtual ~FilterOutput() = default;
    virtual void write(const nlohmann::json& id, std::string_view text, std::span<const float> vector) = 0;
    virtual void finish() {}

protected:
    Output& out_;
};

class NdjsonOutput final : public FilterOutput {
public:
    using FilterOutput::FilterOutput;
    void write(const nlohmann::json& id, std::string_view text, std::span<const float> vector) override {
        // By hand: the JSON library would print floats with the digits of doubles.
        out_.json_result() << fmt::format("{{{}\"text\":{},\"vector\":[{}]}}\n",
                                          id.is_null() ? "" : fmt::format("\"id\":{},", id.dump()),
                                          nlohmann::json(text).dump(), fmt::join(vector, ","));
    }
};

/// RFC 4180 but for line feeds alone, with a head: id, text, then a column for each dimension. Texts without an id have
/// their number.
class CsvOutput final : public FilterOutput {
public:
    using FilterOutput::FilterOutput;
    void write(const nlohmann::json& id, std::string_view text, std::span<const float> vector) override {
        if (++row_ == 1) {
            std::string head = "id,text";
            for (std::size_t d = 0; d < vector.size(); ++d) head += fmt::format(",d{}", d);
            out_.result() << head << "\n";
        }
        const std::string name = id.is_null()     ? std::to_string(row_)
                                 : id.is_string() ? id.get<std::string>()
                                                  : id.dump();
        out_.result() << quoted(name) << ',' << quoted(std::string(text)) << ','
                      << fmt::format("{}", fmt::join(vector, ",")) << "\n";
    }

private:
    static std::string quoted(const std::string& field) {
        if (field.find_first_of(",\"\n") == std::string::npos) return field;
        std::string text = "\"";
        for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        return text + '"';
    }

    std::size_t row_ = 0;
};

/// NumPy's format 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
class NpyOutput final : public FilterOutput {
public:
    explicit NpyOutput(Output& out)
        : FilterOutput(out), path_(folder_.path() / "vectors"), vectors_(path_, std::ios::binary) {}

    void write(const nlohmann::json&, std::string_view, std::span<const float> vector) override {
        ++rows_;
        dimensions_ = vector.size();
        vectors_.write(reinterpret_cast<const char*>(vector.data()),
                       static_cast<std::streamsize>(vector.size() * sizeof(float)));
        if (!vectors_) {
            throw Error(
                ErrorCode::failed, "cannot store the vectors until all are complete",
                fmt::format("check the free space in {}; TMPDIR names another folder", path_.parent_path().string()));
        }
    }
    void finish() override {
        vectors_.close();
        std::string head =
            fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows_, dimensions_);
        constexpr std::size_t before = 10, alignment = 64;
        head.resize((before + head.size() + 1 + alignment - 1) / alignment * alignment - before - 1, ' ');
        head += '\n';
        out_.result() << std::string("\x93NUMPY\x01\x00", 8) << static_cast<char>(head.size() & 0xff)
                      << static_cast<char>(head.size() >> 8) << head;
        std::ifstream in(path_, std::ios::binary);
        std::string block(std::size_t{1} << 20, '\0');
        while (in && !out_.closed()) {
            in.read(block.data(), static_cast<std::streamsize>(block.size()));
            out_.result().write(block.data(), in.gcount());
        }
    }

private:
    TemporaryDirectory folder_;
    std::filesystem::path path_;
    std::ofstream vectors_;
    std::size_t rows_ = 0, dimensions_ = 0;
};

std::unique_ptr<FilterOutput> make_filter_output(Output& out, const std::string& format) {
    if (format == "csv") return std::make_unique<CsvOutput>(out);
    if (format == "npy") return std::make_unique<NpyOutput>(out);
    return std::make_unique<NdjsonOutput>(out);
}

}  // namespace

void embed_stream(Context& context, const EmbedFilterOptions& options) {
    FilterInput input(context.in, options.input);
    const std::unique_ptr<FilterOutput> output = make_filter_output(context.out, options.format);
    std::deque<nlohmann::json> ids;  // of texts that were read and not written
    app::TextEmbedding request;
    request.model = options.model;
    request.is_query = options.is_query;
    request.next = [&]() -> std::optional<std::string> {
        if (context.out.closed()) return std::nullopt;
        std::optional<FilterText> text = input.next();
        if (!text) return std::nullopt;
        ids.push_back(std::move(text->id));
        return std::move(text->text);
    };
    request.write = [&](std::string_view text, std::span<const float> vector) {
        output->write(ids.front(), text, vector);
        ids.pop_front();
        return !context.out.closed();
    };
    if (app::EmbedService(context).embed_texts(request) && !context.out.closed()) output->finish();
}

}  // namespace quarry::cli
