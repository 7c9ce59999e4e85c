#include "core/serve/download.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/serve/problem.h"
#include "core/serve/service.h"
#include "core/serve/uploads.h"
#include "core/store/store.h"

namespace quarry::serve {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// A range of an original, part by part, read by the threads of the disk.
class OriginalSource final : public net::BodySource, public std::enable_shared_from_this<OriginalSource> {
public:
    OriginalSource(Service& service, std::string hash, ByteRange range)
        : service_(service), hash_(std::move(hash)), at_(range.first), end_(range.last + 1) {}

    void start(std::function<void()> wake) override {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }

    State next(std::string& out) override {
        const std::lock_guard lock(mutex_);
        if (at_ >= end_) return State::end;
        if (failed_) return State::failed;
        const std::uint64_t number = at_ / store::original_part_bytes;
        if (!has_part_ || number != number_) {
            if (!std::exchange(reading_, true)) {
                if (!service_.uploads().submit([self = shared_from_this(), number] { self->read(number); }))
                    return State::failed;
            }
            return State::waiting;
        }
        const auto offset = static_cast<std::size_t>(at_ % store::original_part_bytes);
        const std::uint64_t count = std::min<std::uint64_t>({piece_bytes, part_.size() - offset, end_ - at_});
        out.append(part_, offset, static_cast<std::size_t>(count));
        at_ += count;
        return at_ >= end_ ? State::end : State::more;
    }

    void stopped(bool /*complete*/) noexcept override {
        const std::lock_guard lock(mutex_);
        wake_ = nullptr;  // which may hold who holds this
        part_.clear();
        has_part_ = false;
    }

private:
    void read(std::uint64_t number) {
        std::optional<std::string> part;
        try {
            if (!originals_)
                originals_ = store::open_originals(service_.workspace().base_path(), store::StoreMode::read);
            part = originals_->part(hash_, number);
        } catch (...) {
            static_cast<void>(service_.public_failure(std::current_exception()));
        }
        std::function<void()> wake;
        {
            const std::lock_guard lock(mutex_);
            reading_ = false;
            has_part_ = part.has_value();
            failed_ = !part || part->empty() || part->size() <= at_ % store::original_part_bytes;
            number_ = number;
            part_ = std::move(part).value_or("");
            wake = wake_;
        }
        if (wake) wake();
    }

    Service& service_;
    const std::string hash_;
    std::unique_ptr<store::OriginalRepository> originals_{};  ///< Of the one thread that reads.
    std::mutex mutex_;                                        ///< Of those below.
    std::function<void()> wake_{};
    std::uint64_t at_, end_, number_ = 0;
    std::string part_{};
    bool has_part_ = false, reading_ = false, failed_ = false;
};

std::optional<std::uint64_t> digits(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

AskedRange asked_range(std::string_view header, std::uint64_t bytes) {
    if (!header.starts_with("bytes=") || header.find(',') != std::string_view::npos) return {};
    header.remove_prefix(6);
    const std::size_t dash = header.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = digits(trim(header.substr(0, dash))), last = digits(trim(header.substr(dash + 1)));
    const bool is_open = dash + 1 == header.size();
    if (dash == 0) {  // the last bytes
        if (!last) return {};
        if (*last == 0 || bytes == 0) return {.kind = RangeKind::none};
        return {RangeKind::some, {bytes - std::min(*last, bytes), bytes - 1}};
    }
    if (!first || (!last && !is_open) || (last && *last < *first)) return {};
    if (*first >= bytes) return {.kind = RangeKind::none};
    return {RangeKind::some, {*first, std::min(last.value_or(bytes - 1), bytes - 1)}};
}

std::string attachment(std::string_view name) {
    std::string plain, encoded;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = byte >= 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '%';
        plain += is_plain ? c : '_';
        const bool is_safe =
            is_ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
        encoded += is_safe ? std::string(1, c) : fmt::format("%{:02X}", byte);
    }
    return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, encoded);
}

net::Response download_response(Service& service, const net::Request& request, const store::Original& original) {
    const std::string tag = "\"" + original.hash + "\"";
    net::Response response{.headers = {{"Content-Type", "application/octet-stream"},
                                       {"Content-Disposition", attachment(original.name)},
                                       {"ETag", tag},
                                       {"Accept-Ranges", "bytes"}}};
    if (!original.type.empty()) response.set("Content-Type", original.type);
    const std::string_view known = request.header("If-None-Match"), if_range = request.header("If-Range");
    if (known == "*" || known.find(tag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    const bool may_be_part = if_range.empty() || if_range == tag;
    const AskedRange asked = may_be_part ? asked_range(request.header("Range"), original.bytes) : AskedRange{};
    if (asked.kind == RangeKind::none) {
        net::Response none = problem(416, "the file has no such range");
        none.set("Content-Range", fmt::format("bytes */{}", original.bytes));
        return none;
    }
    if (original.bytes == 0) return response;
    ByteRange range{0, original.bytes - 1};
    if (asked.kind == RangeKind::some) {
        range = asked.range;
        response.status = 206;
        response.set("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, original.bytes));
    }
    response.source_length = range.last - range.first + 1;
    response.source = std::make_shared<OriginalSource>(service, original.hash, range);
    return response;
}

net::Response file_problem(const Error& error) {
    if (error.code() == ErrorCode::budget_exceeded) return problem(413, error.what());
    return problem_of(error);
}

}  // namespace quarry::serve
