#include "core/net/response_head.h"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace quarry::net {

bool may_have_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

std::string response_head(const Response& response, const ResponseForm& form) {
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_of(response.status),
                                   http_date(std::chrono::system_clock::now()));
    for (const Header& header : response.headers) {
        if ((header.name + header.value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) continue;
        head += header.name;
        head += ": ";
        head += header.value;
        head += "\r\n";
    }
    const auto put = std::back_inserter(head);
    if (may_have_body(response.status)) {
        if (!response.source) {
            fmt::format_to(put, "Content-Length: {}\r\n", response.body.size());
        } else if (response.source_length) {
            fmt::format_to(put, "Content-Length: {}\r\n", *response.source_length);
        } else if (form.can_chunk) {
            head += "Transfer-Encoding: chunked\r\n";
        }
    }
    if (form.upgraded) return head += "Connection: Upgrade\r\n\r\n";
    head += form.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

std::string chunk_of(std::string_view part) {
    return part.empty() ? std::string() : fmt::format("{:x}\r\n{}\r\n", part.size(), part);
}

}  // namespace quarry::net
