#include "core/extract/converter_process.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/base/error.h"
#include "core/extract/converter_messages.h"
#include "core/extract/office/zip_library.h"

namespace quarry::extract {
namespace {

bool read_all(void* to, std::size_t size) {
    auto* place = static_cast<char*>(to);
    while (size > 0) {
        const ssize_t got = ::read(STDIN_FILENO, place, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        place += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Why libzip is of no use; nothing when it is loaded.
std::optional<Error> load_libzip() {
    try {
        static_cast<void>(ZipLibrary());
        return std::nullopt;
    } catch (const Error& error) {
        return error;
    }
}

/// Answers one request after the other, whatever their bytes are.
class ConversionServer {
public:
    ConversionServer(std::optional<Error> no_libzip, SandboxSupport confinement)
        : no_libzip_(std::move(no_libzip)), confinement_(confinement) {}

    /// False at the end of the requests.
    [[nodiscard]] bool serve_one() const {
        MessageHead head;
        if (!read_all(&head, sizeof head)) return false;
        std::string fields(head.fields, '\0'), bytes(head.text, '\0');
        if (!read_all(fields.data(), fields.size()) || !read_all(bytes.data(), bytes.size())) return false;
        ConversionAnswer answer{confinement_, {}, {}};
        fill(answer, fields, std::move(bytes));
        const std::string encoded = encode_answer(answer);
        const std::string_view text = answer.document ? std::string_view(answer.document->text) : std::string_view();
        return write_all(message_beginning(encoded, text)) && write_all(message_rest(text));
    }

private:
    void fill(ConversionAnswer& answer, std::string_view fields, std::string bytes) const {
        try {
            const ConversionRequest request = decode_request(fields);
            const auto& all = extractors();
            const auto found = std::find_if(all.begin(), all.end(), [&](const auto& extractor) {
                return extractor->name() == request.extractor && extractor->read_in() != ReadIn::this_process;
            });
            if (found == all.end()) throw Error(ErrorCode::failed, "nothing to convert");
            if ((*found)->read_in() == ReadIn::confined_process_with_libzip && no_libzip_) throw Error(*no_libzip_);
            answer.document = (*found)->extract(std::move(bytes), {.name = request.name, .limits = request.limits});
        } catch (const Error& error) {
            answer.error = error;
        } catch (const std::bad_alloc&) {
            // Neither a document nor an error says so.
        }
    }

    std::optional<Error> no_libzip_;
    SandboxSupport confinement_;
};

}  // namespace

int serve_conversions(bool with_libzip) {
    std::optional<Error> no_libzip;
    if (with_libzip) no_libzip = load_libzip();
    const ConversionServer server(std::move(no_libzip), confine_to_computing());
    while (server.serve_one()) {
    }
    return 0;
}

}  // namespace quarry::extract
