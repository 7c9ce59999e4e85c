// Vectors from any program, by lines of JSON.
#include "core/embed/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/embed/vector_rows.h"

namespace quarry::embed {
namespace {

using nlohmann::json;

constexpr std::size_t command_batch = 1000;
constexpr std::size_t most_dimensions = 65'536;
constexpr std::size_t most_digits = 32;  // of a number, with what stands between

class CommandEmbedder final : public Embedder {
public:
    explicit CommandEmbedder(CommandEmbedderOptions options)
        : options_(std::move(options)), dimensions_(options_.dimensions) {
        if (options_.command.empty() || options_.command.front().empty()) {
            throw Error(ErrorCode::usage, "no embedding program is configured",
                        "set it in your own settings: quarry config set --user embed.command 'PROGRAM ARGUMENT'");
        }
        if (options_.batch == 0) options_.batch = command_batch;
    }

    [[nodiscard]] std::string name() const override {
        return fmt::format("command:{}", options_.model.empty() ? options_.command.front() : options_.model);
    }
    [[nodiscard]] std::string fingerprint() const override {
        return fmt::format("command:{}:{}:{}:{}", options_.model,
                           content_hash(json(options_.command).dump(-1, ' ', true, json::error_handler_t::replace)),
                           options_.dimensions, prompts_mark(options_.prompts));
    }
    [[nodiscard]] std::size_t dimensions() const override { return dimensions_; }
    [[nodiscard]] std::size_t batch_size() const override { return options_.batch; }

    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                           const Cancellation& cancellation) override {
        std::vector<std::size_t> places;  // of the texts that are not blank
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!trim(texts[i]).empty()) places.push_back(i);
        }
        if (places.empty() && !texts.empty() && dimensions_ == 0) {
            static constexpr std::string_view any_text = "text";
            static_cast<void>(run(std::span(&any_text, 1), kind, cancellation));
        }
        std::vector<float> vectors(texts.size() * dimensions_);
        for (std::size_t done = 0; done < places.size(); done += options_.batch) {
            const auto batch = std::span(places).subspan(done, std::min(options_.batch, places.size() - done));
            std::vector<std::string_view> given;
            for (const std::size_t place : batch) given.push_back(texts[place]);
            const std::vector<float> rows = run(given, kind, cancellation);
            vectors.resize(texts.size() * dimensions_);
            for (std::size_t row = 0; row < batch.size(); ++row) {
                std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(row * dimensions_), dimensions_,
                            vectors.begin() + static_cast<std::ptrdiff_t>(batch[row] * dimensions_));
            }
        }
        return vectors;
    }

private:
    [[nodiscard]] std::vector<float> run(std::span<const std::string_view> texts, EmbedKind kind,
                                         const Cancellation& cancellation) {
        const SubprocessOptions limits{
            .max_time = options_.timeout,
            .max_output_bytes =
                texts.size() * ((dimensions_ == 0 ? most_dimensions : dimensions_) * most_digits + 1000)};
        const SubprocessResult result = run_subprocess(options_.command, input(texts, kind), limits, &cancellation);
        if (!result.succeeded()) {
            throw Error(ErrorCode::provider_failed,
                        fmt::format("cannot embed with the program {}", options_.command.front()),
                        "run the program by hand; the setting embed.command names it")
                .because(subprocess_cause(result));
        }
        return read(result.output, texts.size());
    }

    [[nodiscard]] std::string input(std::span<const std::string_view> texts, EmbedKind kind) const {
        const bool query = kind == EmbedKind::query;
        std::string lines;
        for (const std::string_view text : texts) {
            const json line = {
                {"text", (query ? options_.prompts.query : options_.prompts.document) + std::string(text)},
                {"kind", query ? "query" : "document"}};
            lines += line.dump(-1, ' ', false, json::error_handler_t::replace);
            lines += '\n';
        }
        return lines;
    }

    [[nodiscard]] std::vector<float> read(std::string_view output, std::size_t count) {
        std::vector<float> values;
        std::size_t rows = 0;
        for (const std::string_view line : split(output, '\n')) {
            if (trim(line).empty()) continue;
            if (++rows > count) break;
            std::vector<float> row = read_line(line, rows);
            if (dimensions_ == 0) dimensions_ = row.size();
            if (row.empty() || row.size() != dimensions_) {
                throw wrong(fmt::format("the vector in line {} has {} dimensions where {} are expected", rows,
                                        row.size(), dimensions_));
            }
            scale_to_unit_length(row);
            values.insert(values.end(), row.begin(), row.end());
        }
        if (rows != count) {
            throw wrong(fmt::format("it wrote {} {} for {} texts", rows > count ? "more than" : "only",
                                    std::min(rows, count), count));
        }
        return values;
    }

    [[nodiscard]] std::vector<float> read_line(std::string_view line, std::size_t number) const {
        json parsed = parse_bounded_json(line);
        if (parsed.is_object()) {
            for (const char* name : {"vector", "embedding"}) {
                if (const auto found = parsed.find(name); found != parsed.end()) return read_vector(*found);
            }
        }
        if (!parsed.is_array()) throw wrong(fmt::format("line {} of its output is not JSON with a \"vector\"", number));
        return read_vector(parsed);
    }

    [[nodiscard]] Error wrong(std::string why) const {
        return Error(ErrorCode::provider_failed,
                     fmt::format("cannot use what the program {} wrote as vectors", options_.command.front()),
                     "for each line {\"text\": …} on its standard input it writes a line {\"vector\": [0.1, …]}")
            .because(std::move(why));
    }

    CommandEmbedderOptions options_;
    std::size_t dimensions_;
};

}  // namespace

std::unique_ptr<Embedder> make_command_embedder(CommandEmbedderOptions options) {
    return std::make_unique<CommandEmbedder>(std::move(options));
}

}  // namespace quarry::embed
