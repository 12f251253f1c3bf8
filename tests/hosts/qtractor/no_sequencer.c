/* Qtractor does not start without an ALSA sequencer (/dev/snd/seq), which containers and virtual machines rarely have.
   Preloaded, this is one: it has no other clients, and nothing ever arrives. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/eventfd.h>
typedef struct { int fd, id, ports, queues; } seq;
static int next_id = 128;
int snd_seq_open(seq **h, const char *n, int streams, int mode) { (void)n; (void)streams; (void)mode; seq *s = calloc(1, 4096); s->fd = eventfd(0, EFD_NONBLOCK); s->id = next_id++; *h = s; return 0; }
int snd_seq_close(seq *s) { if (s) { close(s->fd); free(s); } return 0; }
int snd_seq_client_id(seq *s) { return s ? s->id : -1; }
int snd_seq_set_client_name(seq *s, const char *n) { (void)s; (void)n; return 0; }
int snd_seq_alloc_queue(seq *s) { return s->queues++; }
int snd_seq_free_queue(seq *s, int q) { (void)s; (void)q; return 0; }
int snd_seq_control_queue(seq *s, int q, int t, int v, void *e) { (void)s; (void)q; (void)t; (void)v; (void)e; return 0; }
int snd_seq_create_simple_port(seq *s, const char *n, unsigned c, unsigned t) { (void)n; (void)c; (void)t; return s->ports++; }
int snd_seq_delete_simple_port(seq *s, int p) { (void)s; (void)p; return 0; }
int snd_seq_drain_output(seq *s) { (void)s; return 0; }
int snd_seq_drop_input(seq *s) { (void)s; return 0; }
int snd_seq_drop_output(seq *s) { (void)s; return 0; }
int snd_seq_event_input(seq *s, void **e) { (void)s; *e = 0; return -EAGAIN; }
int snd_seq_event_input_pending(seq *s, int f) { (void)s; (void)f; return 0; }
int snd_seq_event_output(seq *s, void *e) { (void)s; (void)e; return 0; }
int snd_seq_event_output_direct(seq *s, void *e) { (void)s; (void)e; return 0; }
int snd_seq_free_event(void *e) { (void)e; return 0; }
int snd_seq_get_any_client_info(seq *s, int c, void *i) { (void)s; (void)c; (void)i; return -ENOENT; }
int snd_seq_get_any_port_info(seq *s, int c, int p, void *i) { (void)s; (void)c; (void)p; (void)i; return -ENOENT; }
int snd_seq_get_port_info(seq *s, int p, void *i) { (void)s; (void)p; (void)i; return 0; }
int snd_seq_set_port_info(seq *s, int p, void *i) { (void)s; (void)p; (void)i; return 0; }
int snd_seq_get_queue_status(seq *s, int q, void *i) { (void)s; (void)q; (void)i; return -ENOENT; }
int snd_seq_get_queue_tempo(seq *s, int q, void *i) { (void)s; (void)q; (void)i; return 0; }
int snd_seq_set_queue_tempo(seq *s, int q, void *i) { (void)s; (void)q; (void)i; return 0; }
int snd_seq_set_queue_timer(seq *s, int q, void *i) { (void)s; (void)q; (void)i; return 0; }
int snd_seq_poll_descriptors_count(seq *s, short e) { (void)s; (void)e; return 1; }
int snd_seq_poll_descriptors(seq *s, struct pollfd *p, unsigned n, short e) { if (n) { p->fd = s->fd; p->events = e & POLLIN; p->revents = 0; } return 1; }
int snd_seq_query_next_client(seq *s, void *i) { (void)s; (void)i; return -ENOENT; }
int snd_seq_query_next_port(seq *s, void *i) { (void)s; (void)i; return -ENOENT; }
int snd_seq_query_port_subscribers(seq *s, void *i) { (void)s; (void)i; return -ENOENT; }
int snd_seq_remove_events(seq *s, void *i) { (void)s; (void)i; return 0; }
int snd_seq_subscribe_port(seq *s, void *i) { (void)s; (void)i; return 0; }
int snd_seq_unsubscribe_port(seq *s, void *i) { (void)s; (void)i; return 0; }
