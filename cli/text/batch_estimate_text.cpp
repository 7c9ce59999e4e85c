// What a batch would cost, as it is shown.
#include "cli/text/batch_estimate_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ui/output.h"
#include "core/config/config_json.h"

namespace quarry::cli {

int print_batch_estimate(Context& context, const app::BatchEstimate& estimate) {
    std::ostream& out = context.out.result();
    const std::optional<double> cost = estimate.uses_model ? estimate.cost() : 0.0;
    if (context.json) {
        using json = nlohmann::ordered_json;
        out << config::dump_json({{"schema", "quarry.batch.estimate/1"},
                                  {"questions", estimate.questions},
                                  {"unanswerable", estimate.unanswerable},
                                  {"input_tokens", estimate.input_tokens},
                                  {"output_tokens", estimate.output_tokens},
                                  {"cost", cost ? json(*cost) : json(nullptr)}});
        return 0;
    }
    out << fmt::format("questions      {}\n", estimate.questions);
    if (estimate.unanswerable > 0) out << fmt::format("unanswerable   {}\n", estimate.unanswerable);
    if (!estimate.uses_model) {
        out << "cost           none: no model is asked\n";
        return 0;
    }
    out << fmt::format("input tokens   about {}\noutput tokens  about {}\n", estimate.input_tokens,
                       estimate.output_tokens);
    if (cost) {
        out << fmt::format("cost           about ${:.4f}\n", *cost);
    } else {
        out << "cost           not known: set chat.price_input and chat.price_output\n";
    }
    return 0;
}

}  // namespace quarry::cli
