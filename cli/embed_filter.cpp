// Texts in, vectors out, for pipes.
#include "cli/embed_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <deque>
#include <fstream>
#include <future>
#include <istream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "cli/ui/output.h"
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
            throw Error(ErrorCode::failed, fmt::format("line {} of standard input is no JSON with a \"text\"", number_),
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
                        "cut long texts first: quarry chunk")
                .because(fmt::format("{} bytes are the most", longest_line));
        }
        if (const auto invalid = find_invalid_utf8(line)) {
            throw Error(ErrorCode::failed, fmt::format("line {} of standard input is not UTF-8", number_),
                        "convert it first, such as with iconv -t UTF-8")
                .because(fmt::format("byte {} of the line begins no valid character", *invalid));
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
    virtual void write(const FilterText& text, std::span<const float> vector) = 0;
    virtual void finish() {}

protected:
    Output& out_;
};

class NdjsonOutput final : public FilterOutput {
public:
    using FilterOutput::FilterOutput;
    void write(const FilterText& text, std::span<const float> vector) override {
        // By hand: the JSON library would print floats with the digits of doubles.
        out_.result() << fmt::format("{{{}\"text\":{},\"vector\":[{}]}}\n",
                                     text.id.is_null() ? "" : fmt::format("\"id\":{},", text.id.dump()),
                                     nlohmann::json(text.text).dump(), fmt::join(vector, ","));
    }
};

/// RFC 4180 but for line feeds alone, with a head: id, text, then a column for each dimension. Texts without an id have
/// their number.
class CsvOutput final : public FilterOutput {
public:
    using FilterOutput::FilterOutput;
    void write(const FilterText& text, std::span<const float> vector) override {
        if (++row_ == 1) {
            std::string head = "id,text";
            for (std::size_t d = 0; d < vector.size(); ++d) head += fmt::format(",d{}", d);
            out_.result() << head << "\n";
        }
        const std::string id = text.id.is_null()     ? std::to_string(row_)
                               : text.id.is_string() ? text.id.get<std::string>()
                                                     : text.id.dump();
        out_.result() << quoted(id) << ',' << quoted(text.text) << ',' << fmt::format("{}", fmt::join(vector, ","))
                      << "\n";
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

    void write(const FilterText&, std::span<const float> vector) override {
        ++rows_;
        dimensions_ = vector.size();
        vectors_.write(reinterpret_cast<const char*>(vector.data()),
                       static_cast<std::streamsize>(vector.size() * sizeof(float)));
        if (!vectors_) {
            throw Error(ErrorCode::failed, "cannot keep the vectors until all are there",
                        fmt::format("is there space in {}? TMPDIR names another folder", path_.parent_path().string()));
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

/// A batch whose vectors are being made, or are there.
struct FilterBatch {
    std::vector<FilterText> texts;
    std::future<std::vector<float>> vectors;
};

FilterBatch read_batch(FilterInput& input, const embed::Embedder& embedder) {
    FilterBatch batch;
    std::size_t tokens = 0;
    while (batch.texts.size() < embedder.batch_size() && tokens < embedder.batch_tokens()) {
        std::optional<FilterText> text = input.next();
        if (!text) break;
        tokens += embed::estimated_tokens(text->text);
        batch.texts.push_back(std::move(*text));
    }
    return batch;
}

}  // namespace

void embed_stream(Context& context, embed::Embedder& embedder, const EmbedFilterOptions& options) {
    FilterInput input(context.in, options.input);
    const std::unique_ptr<FilterOutput> output = make_filter_output(context.out, options.format);
    const auto launch = embedder.concurrency() > 1 ? std::launch::async : std::launch::deferred;
    std::deque<FilterBatch> under_way;  // a future waits for its call when it goes
    const auto start = [&](FilterBatch batch) {
        under_way.push_back(std::move(batch));
        FilterBatch& kept = under_way.back();  // which stays where it is: a deque's ends move, its members do not
        kept.vectors = std::async(launch, [&embedder, &context, &kept, kind = options.kind] {
            std::vector<std::string_view> views;
            for (const FilterText& text : kept.texts) views.push_back(text.text);
            return embedder.embed(views, kind, context.cancel);
        });
    };
    const auto finish_first = [&] {
        FilterBatch& batch = under_way.front();
        const std::vector<float> vectors = batch.vectors.get();
        const std::size_t dimensions = vectors.size() / batch.texts.size();
        for (std::size_t i = 0; i < batch.texts.size(); ++i) {
            output->write(batch.texts[i], std::span(vectors).subspan(i * dimensions, dimensions));
        }
        under_way.pop_front();
    };
    while (!context.out.closed()) {
        context.cancel.check();
        FilterBatch batch = read_batch(input, embedder);
        if (batch.texts.empty()) break;
        start(std::move(batch));
        if (under_way.size() >= embedder.concurrency()) finish_first();
    }
    while (!under_way.empty() && !context.out.closed()) finish_first();
    if (!context.out.closed()) output->finish();
}

}  // namespace quarry::cli
