// Texts in, chunks out.
#include "core/app/chunk_service.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "core/app/knowledge_base.h"
#include "core/app/sentence_vectors.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/chunk/semantic_breaks.h"
#include "core/config/extract_commands.h"
#include "core/extract/converter.h"
#include "core/extract/extractor.h"
#include "core/ingest/prepare.h"
#include "core/tokenize/tokenizer.h"

namespace quarry::app {
namespace {

constexpr std::size_t looked_at_for_binary = 8192;

void set_size(std::size_t& size, const std::optional<std::size_t>& given) { size = given.value_or(size); }

void set_name(std::string& name, const std::string& given) {
    if (!given.empty()) name = given;
}

chunk::ChunkOptions options_of(const config::Config& config, const ChunkRequest& request) {
    chunk::ChunkOptions options = configured_chunk_options(config);
    set_name(options.strategy, request.strategy);
    set_size(options.size, request.size);
    set_size(options.overlap, request.overlap);
    set_size(options.min_size, request.min_size);
    set_size(options.parent_size, request.parent_size);
    set_name(options.unit, request.unit);
    set_name(options.encoding, request.encoding);
    set_name(options.separators, request.separators);
    set_name(options.breakpoint, request.breakpoint);
    if (request.threshold) options.threshold = *request.threshold;
    chunk::check_chunk_options(options);
    return options;
}

/// Names and paths for people: no control characters, one line.
std::string printable(std::string_view text) { return one_line(strip_terminal_controls(text), 500); }

}  // namespace

struct ChunkService::Impl {
    Services& services;
    chunk::ChunkOptions options;
    SentenceSpending spending;  ///< Borrowed by `options`.
    const extract::Extractor* type = nullptr;
    std::unique_ptr<tokenize::Tokenizer> encoding;
    bool count_tokens = false;
    extract::Converter converter;

    [[nodiscard]] CutDocument cut(const std::string& source, const std::string& file, const std::string& name,
                                  std::string bytes);
};

std::span<const std::string> chunk_strategies() { return chunk::chunker_names(); }
std::span<const std::string> chunk_breakpoints() { return chunk::breakpoint_names(); }
std::span<const std::string> chunk_units() { return tokenize::tokenizer_names(); }

ChunkService::ChunkService(Services& services, const ChunkRequest& request)
    : impl_(std::make_unique<Impl>(Impl{services,
                                        options_of(services.config, request),
                                        {embedding_price(services.config), request.max_cost},
                                        nullptr,
                                        nullptr,
                                        request.count_tokens,
                                        extract::Converter(services.converter)})) {
    const EmbeddingPrice& price = impl_->spending.price;
    if (request.max_cost && !price.price) check_budget(price, 0, *request.max_cost);
    use_sentence_vectors(services, impl_->spending, impl_->options);
    if (!request.type.empty()) impl_->type = &extract::extractor_by_name(request.type);
    impl_->encoding = tokenize::make_tokenizer(impl_->options.token_encoding());
}

ChunkService::~ChunkService() = default;

bool ChunkService::counts_exactly() const { return impl_->encoding->name() != "tokens:approx"; }

std::size_t ChunkService::max_bytes() const {
    return static_cast<std::size_t>(impl_->services.config.integer("ingest.max_file_bytes"));
}

bool ChunkService::ends_run(ErrorCode code) { return ingest::ends_run(code); }

CutDocument ChunkService::cut_file(const std::string& file) const {
    std::error_code unknown;
    if (std::filesystem::is_directory(file, unknown)) {
        throw Error(ErrorCode::failed, fmt::format("{} is a folder", printable(file)),
                    "give its files, such as with a pattern of your shell; quarry ingest reads folders");
    }
    return impl_->cut(file, file, file, read_file(file, max_bytes()));
}

CutDocument ChunkService::cut_bytes(const std::string& source, const std::string& name, std::string bytes) const {
    return impl_->cut(source, "", name, std::move(bytes));
}

/// `file` decides the type by its ending; empty for none.
CutDocument ChunkService::Impl::cut(const std::string& source, const std::string& file, const std::string& name,
                                    std::string bytes) {
    const std::string_view first_bytes = std::string_view(bytes).substr(0, looked_at_for_binary);
    const extract::ExtractorSet extractors = config::configured_extractors(services.config);
    const extract::Extractor* extractor = type != nullptr ? type : extractors.find(file, first_bytes);
    if (extractor == nullptr) extractor = &extract::extractor_by_name("text");
    if (!extractor->is_binary() && extract::looks_binary(first_bytes)) {
        throw Error(ErrorCode::failed, fmt::format("{} looks like a binary file", printable(name)),
                    "give its type with --type, or convert it to text first");
    }
    CutDocument cut{
        .source = source,
        .document = converter.convert(*extractor, std::move(bytes), {.name = name, .cancel = &services.cancel}),
        .spans = {},
        .strategy = {}};
    cut.spans = chunk::chunk_document(cut.document, options, services.cancel, &cut.note);
    cut.strategy = chunk::resolve_strategy(cut.document, options);
    if (count_tokens) cut.tokens = encoding->count(cut.document.text);
    return cut;
}

}  // namespace quarry::app
