// reverse_proxy [<matcher>] [<upstreams...>] {
//     to      <upstreams...>
//     dynamic <source> [...]
//
//     lb_policy       <name> [<options...>]
//     lb_retries      <count>
//     lb_try_duration <duration>
//     lb_try_interval <duration>
//     lb_retry_match  <matcher> | { <matchers...> }
//
//     health_uri              <uri>
//     health_path             <path>  (deprecated)
//     health_upstream         <host:port>
//     health_port             <port>
//     health_interval         <duration>
//     health_timeout          <duration>
//     health_passes           <count>
//     health_fails            <count>
//     health_status           <status>
//     health_body             <regexp>
//     health_method           <method>
//     health_request_body     <text>
//     health_follow_redirects
//     health_headers          { <field> [<values...>] }
//
//     fail_duration           <duration>
//     max_fails               <count>
//     unhealthy_status        <statuses...>
//     unhealthy_latency       <duration>
//     unhealthy_request_count <count>
//
//     flush_interval     <duration>
//     request_buffers    <size> | unlimited
//     response_buffers   <size> | unlimited
//     stream_buffer_size <size> | unlimited
//     stream_timeout     <duration>
//     stream_close_delay <duration>
//     trusted_proxies    [private_ranges] [<ranges...>]
//     verbose_logs
//
//     header_up   [+|-]<field> [<value|regexp> [<replacement>]]
//     header_down [+|-]<field> [<value|regexp> [<replacement>]]
//     method      <method>
//     rewrite     <uri>
//     transport   <name> { ... }
//
//     @name           status <statuses...> | header <field> [<value>] | { ... }
//     replace_status  [@name] <status>
//     handle_response [@name] { <directives...> }
// }

import { defineDirective } from "../../define.js";
import { readReverseProxy } from "./read.js";

/** Hands requests on to other servers, and their answers back. */
export const reverseProxy = defineDirective("reverse_proxy", (line) => {
  const match = line.matcher();
  return { match, handle: readReverseProxy(line) };
});
