#include "core/extract/converter.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "core/extract/converter_messages.h"
#include "core/extract/converter_process.h"
#include "core/extract/extract_watch.h"

namespace quarry::extract {
namespace {

using Transfer = ConnectedProcess::Transfer;

// A sanitizer reserves far more addresses than it uses.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif

/// Of its messages when it crashes.
constexpr std::uint64_t most_of_messages = 100'000;

/// How much longer a process may take by the clock, on a machine that has other things to do.
constexpr int waiting_to_working = 10;

constexpr const char* other_format = "convert it to another format, such as plain text, by another program";
constexpr const char* smaller_ones = "split the document into smaller ones";

Error cannot_convert(const ExtractOptions& options, std::string cause, std::string hint) {
    return Error(ErrorCode::failed, fmt::format("cannot read {}", printable_name(options.name)), std::move(hint))
        .because(std::move(cause));
}

/// The options with the limits that are due to so many bytes. What stays as it is needs none.
ExtractOptions for_source(const Extractor& extractor, const std::string& bytes, const ExtractOptions& options) {
    ExtractOptions limited = options;
    if (extractor.is_converted()) limited.limits = options.limits.for_source(bytes.size(), extractor.is_binary());
    return limited;
}

/// Warns of a document without any text, where its reader has not said why.
document::Document with_warning(const Extractor& extractor, document::Document document) {
    if (!document.warnings.empty() || !trim(document.text).empty()) return document;
    std::string reason = extractor.is_binary() ? "it has no text, or only pictures of text" : "it has no text";
    if (!document.removed.empty()) {
        const auto& [kind, count] = document.removed.front();
        reason = fmt::format("all its text was left out: {} × {}", count, kind);
    }
    document.warnings.push_back({document::Warning::Kind::no_text, std::move(reason)});
    return document;
}

/// One request and its answer.
class Conversion {
public:
    Conversion(ConnectedProcess& process, const ExtractOptions& options)
        : process_(process),
          options_(options),
          // The process keeps to the time itself, as far as it still can. One that waits for nothing is ended too.
          wait_{std::chrono::steady_clock::now() + options.limits.max_time * waiting_to_working, options.cancel,
                process.processor_time() + options.limits.max_time + options.limits.max_time / 10} {}

    [[nodiscard]] ConversionAnswer ask(std::string_view extractor, std::string bytes) {
        const std::string fields =
            encode_request({std::string(extractor), std::string(options_.name), options_.limits});
        send(message_beginning(fields, bytes));
        send(message_rest(bytes));
        std::string().swap(bytes);
        MessageHead head;
        std::memcpy(&head, receive(sizeof head).data(), sizeof head);
        if (head.text > options_.limits.max_text_bytes || head.fields > most_answer_fields(head.text)) throw unsound();
        const std::string answer = receive(head.fields);
        std::string text = receive(head.text);
        try {
            return decode_answer(answer, std::move(text));
        } catch (const Error&) {
            throw unsound();
        }
    }

private:
    void send(std::string_view bytes) { require(process_.send(bytes, wait_)); }
    [[nodiscard]] std::string receive(std::uint64_t count) {
        std::string bytes;
        require(process_.receive(bytes, count, wait_));
        return bytes;
    }
    void require(Transfer transfer) {
        if (transfer == Transfer::done) return;
        if (transfer == Transfer::timed_out) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.limits.max_time);
            throw cannot_convert(options_, fmt::format("it took more than {} s of processor time", seconds.count()),
                                 smaller_ones);
        }
        throw cannot_convert(options_,
                             fmt::format("the process that reads it failed: {}", subprocess_cause(process_.finish())),
                             other_format);
    }
    [[nodiscard]] Error unsound() const {
        return cannot_convert(options_, "the process that reads it returned an invalid result", other_format);
    }

    ConnectedProcess& process_;
    const ExtractOptions& options_;
    ConnectedProcess::Wait wait_;
};

}  // namespace

Converter::Converter(ConverterProgram program, std::uint64_t memory)
    : program_(std::move(program)), memory_(is_sanitized ? 0 : memory) {
    if (sandbox_support().name().empty()) program_ = {};
}

Converter::~Converter() = default;

std::unique_ptr<ConnectedProcess> Converter::take(bool with_libzip) {
    if (process_ && (has_libzip_ || !with_libzip)) return std::move(process_);
    process_.reset();
    std::vector<std::string> arguments = program_.arguments;
    if (with_libzip) arguments.emplace_back(with_libzip_argument);
    has_libzip_ = with_libzip;
    return std::make_unique<ConnectedProcess>(arguments, SubprocessOptions{.max_time = std::chrono::years(1),
                                                                           .address_space_bytes = memory_,
                                                                           .max_file_bytes = most_of_messages,
                                                                           .environment = program_.environment});
}

document::Document Converter::convert(const Extractor& extractor, std::string bytes, const ExtractOptions& given) {
    const ExtractOptions options = for_source(extractor, bytes, given);
    const ReadIn read_in = extractor.read_in();
    if (read_in == ReadIn::this_process || program_.arguments.empty()) {
        ExtractOptions with_this = options;
        with_this.converter = this;
        return with_warning(extractor, extractor.extract(std::move(bytes), with_this));
    }
    std::unique_ptr<ConnectedProcess> process = take(read_in == ReadIn::confined_process_with_libzip);
    ConversionAnswer answer = Conversion(*process, options).ask(extractor.name(), std::move(bytes));
    process_ = std::move(process);
    if (answer.error) throw std::move(*answer.error);
    if (answer.lacked_memory()) {
        throw cannot_convert(options, fmt::format("it needs more than {} of memory", human_bytes(memory_)),
                             smaller_ones);
    }
    answer.document->media_type = extractor.media_type();
    return with_warning(extractor, std::move(*answer.document));
}

SandboxSupport Converter::confinement() {
    if (program_.arguments.empty()) return {};
    std::unique_ptr<ConnectedProcess> process = take(false);
    const SandboxSupport confinement = Conversion(*process, {}).ask({}, {}).confinement;
    process_ = std::move(process);
    return confinement;
}

document::Document convert(const Extractor& extractor, std::string bytes, const ExtractOptions& options) {
    if (options.converter == nullptr) {
        const ExtractOptions limited = for_source(extractor, bytes, options);
        return with_warning(extractor, extractor.extract(std::move(bytes), limited));
    }
    return options.converter->convert(extractor, std::move(bytes), options);
}

}  // namespace quarry::extract
