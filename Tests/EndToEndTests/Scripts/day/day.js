// Shows what the stream tells, as it comes, and leaves it when that says so.
const stream = new EventSource('/stream');
stream.onmessage = ({ data }) => {
  if (data === 'end') stream.close();
  const item = document.createElement('li');
  item.textContent = data;
  document.querySelector('ul').append(item);
};
