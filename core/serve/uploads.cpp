#include "core/serve/uploads.h"

#include <algorithm>
#include <fstream>

#include "core/base/error.h"
#include "core/serve/multipart.h"
#include "core/serve/received_file.h"
#include "core/serve/service.h"

namespace quarry::serve {
namespace {

constexpr std::size_t threads = 2, longest_queue = 1000;
constexpr std::size_t copied_at_once = 256 * 1024, longest_field = 200;

/// Calls `take` with a span of a file, in pieces.
void read_span(const std::filesystem::path& file, std::uint64_t begin, std::uint64_t bytes,
               const std::function<void(std::string_view)>& take) {
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(begin));
    std::string piece;
    while (bytes > 0) {
        piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, copied_at_once)));
        if (!in.read(piece.data(), static_cast<std::streamsize>(piece.size()))) {
            throw Error(ErrorCode::failed, "cannot read the uploaded form");
        }
        take(piece);
        bytes -= piece.size();
    }
}

std::string field_of(const std::filesystem::path& file, const FormPart& part) {
    std::string text;
    if (part.bytes > longest_field) throw Error(ErrorCode::usage, "a field of the form is too long");
    read_span(file, part.begin, part.bytes, [&](std::string_view piece) { text += piece; });
    return text;
}

}  // namespace

Uploads::Uploads(Service& service, std::uint64_t quota)
    : service_(service), quota_(quota), disk_(threads, longest_queue) {}

std::shared_ptr<net::BodyReceiver> Uploads::receiver(const net::Request& head) {
    return std::make_shared<ReceivedFile>(*this, head);
}

template <typename Work>
auto Uploads::with_uploads(const Work& work) const {
    static const Cancellation never;
    app::SilentNotices silent;
    app::Services services = service_.workspace().services({never, silent, service_.clock()});
    return work(app::UploadService(services));
}

std::filesystem::path Uploads::folder() const {
    return with_uploads([](const app::UploadService& uploads) { return uploads.folder(); });
}

void Uploads::recount() {
    used_ = with_uploads([](const app::UploadService& uploads) { return uploads.bytes(); });
}

std::vector<app::Upload> Uploads::accept(const net::Request& request, app::Upload upload) {
    std::unique_ptr<NewFile> own;
    if (!request.receiver) {
        recount();
        if (!count(request.body.size()))
            throw Error(ErrorCode::budget_exceeded, "the file would exceed the quota of uploads");
        own = std::make_unique<NewFile>(folder());
        own->write(request.body);
    }
    NewFile& body = own ? *own : std::dynamic_pointer_cast<ReceivedFile>(request.receiver)->complete();
    const std::string boundary = boundary_of(request.header("Content-Type"));
    if (boundary.empty()) {
        upload.name = app::safe_file_name(upload.name);
        upload.bytes = body.bytes();
        upload.hash = body.keep();
        return {std::move(upload)};
    }
    const std::vector<FormPart> parts = read_form(body.path(), boundary);
    for (const FormPart& part : parts) {
        if (!part.is_file && part.name == "collection") upload.collection = field_of(body.path(), part);
        if (!part.is_file && part.name == "type") upload.type = field_of(body.path(), part);
    }
    std::vector<app::Upload> uploads;
    for (const FormPart& part : parts) {
        if (!part.is_file || (part.file.empty() && part.bytes == 0)) continue;  // a field where no file was chosen
        NewFile file(folder());
        read_span(body.path(), part.begin, part.bytes, [&](std::string_view piece) { file.write(piece); });
        upload.name = app::safe_file_name(part.file);
        upload.bytes = part.bytes;
        upload.hash = file.keep();
        uploads.push_back(upload);
    }
    if (uploads.empty()) throw Error(ErrorCode::usage, "there is no file in the form");
    return uploads;
}

}  // namespace quarry::serve
